"""``python -m statecollect`` and the ``statecollect`` script."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from statecollect.cli.app import run

    run()


if __name__ == "__main__":
    main()
