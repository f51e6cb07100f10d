/// The script of pages: it shows the buttons that copy, which are hidden where no script runs.
enum ReportScript {
  /// Pages in a file have no clipboard in some browsers; selecting and copying works there.
  static let text = """
    for (const button of document.querySelectorAll('button.copy')) {
      const source = button.closest('.copyable').querySelector('blockquote');
      button.hidden = false;
      button.addEventListener('click', async () => {
        let done = false;
        try {
          await navigator.clipboard.writeText(source.textContent);
          done = true;
        } catch {
          const range = document.createRange();
          range.selectNodeContents(source);
          const selection = getSelection();
          selection.removeAllRanges();
          selection.addRange(range);
          try { done = document.execCommand('copy'); } catch { done = false; }
        }
        button.textContent = done ? 'Copied' : 'Select and copy';
        setTimeout(() => { button.textContent = 'Copy'; }, 2000);
      });
    }

    """
}
