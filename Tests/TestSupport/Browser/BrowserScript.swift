/// The scripts of `BrowserCheck`.
enum BrowserScript {
  /// In the page around the frames: writes what they report into the document.
  static let collector = """
    addEventListener('message', (event) => {
      document.getElementById('findings').textContent += event.data + '\\n';
    });
    """

  /// In the page that is looked at; `width` is the window's, for the report.
  static func text(width: Int) -> String {
    // Once all that a page asks for has come or failed.
    "addEventListener('load', () => { const width = \(width);\n" + look + "});"
  }

  private static let look = """
    const found = [];
    const add = (what) => found.push(width + ' px: ' + what.replace(/\\s+/g, ' '));
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth + 1)
      add('the page is ' + page.scrollWidth + ' pixels wide');
    const loaded = new Set(performance.getEntriesByType('resource').map((entry) => entry.name));
    for (const element of document.querySelectorAll('[src],link[href]')) {
      const address = element.src || element.href;
      if (!address.startsWith('data:')) loaded.add(address);
    }
    for (const address of loaded) add('the page loads ' + address);
    const name = (svg) => 'picture “' + (svg.getAttribute('aria-label') || '?') + '”: ';
    const outside = (rect, box) => rect.left < box.left - 1.5 || rect.right > box.right + 1.5
      || rect.top < box.top - 1.5 || rect.bottom > box.bottom + 1.5;
    for (const svg of document.querySelectorAll('svg')) {
      const box = svg.getBoundingClientRect();
      if (box.width === 0) continue;
      const texts = [...svg.querySelectorAll('text')].map((element) => (
        { text: element.textContent, rect: element.getBoundingClientRect() }
      )).filter((item) => item.text.trim() !== '' && item.rect.width > 0);
      texts.sort((a, b) => a.rect.left - b.rect.left);
      texts.forEach((item, index) => {
        if (outside(item.rect, box)) add(name(svg) + 'text “' + item.text + '” is cut');
        for (let other = index + 1; other < texts.length; other++) {
          const next = texts[other];
          if (next.rect.left > item.rect.right - 1) break;
          const rows = Math.min(item.rect.bottom, next.rect.bottom)
            - Math.max(item.rect.top, next.rect.top);
          if (rows > 1.5)
            add(name(svg) + 'text “' + item.text + '” overlaps “' + next.text + '”');
        }
      });
      let marks = 0;
      for (const mark of svg.querySelectorAll('path,rect,circle,ellipse,line,polyline,polygon')) {
        const kind = mark.getAttribute('class') || '';
        if (outside(mark.getBoundingClientRect(), box))
          add(name(svg) + 'a mark “' + kind + '” is cut');
        if (!/sq-(background|grid|axis|empty)/.test(kind)) marks += 1;
      }
      if (marks === 0 && !svg.hasAttribute('data-empty')) add(name(svg) + 'no marks');
    }
    for (const section of document.querySelectorAll('section')) {
      const rest = [...section.children].filter((child) => !/^H[1-6]$/.test(child.tagName));
      const has = rest.some((child) => child.textContent.trim() !== ''
        || child.querySelector('svg,img,table'));
      if (!has) add('section “' + section.textContent.trim() + '” has no content');
    }
    for (const line of found.slice(0, 200)) parent.postMessage(line, '*');
    parent.postMessage('end ' + width, '*');

    """
}
