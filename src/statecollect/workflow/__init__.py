"""Who did what until when: rules run, decisions, waivers, what is owed, and the lists and forms that say so."""
