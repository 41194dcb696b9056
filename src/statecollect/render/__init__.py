"""One page, as a value (``page``), in four forms: Word, Excel, HTML, and its charts as SVG."""
