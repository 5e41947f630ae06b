/** Where the focus goes when nothing around the removed element can have it: the first that is visible. */
const fallbacks = '#message-field, #side-panel-heading, form input';

/**
 * When an element with the focus is removed, such as a button whose purpose has ended, browsers give the focus to the
 * document, and users of a keyboard or a screen reader lose their place. Gives it to what contained the element instead,
 * or to the message field.
 */
export function keepFocus(root: Element): void {
  let focused: Element | undefined;
  const isLost = () => document.activeElement === document.body;
  addEventListener('focusin', ({ target }) => {
    focused = target as Element;
  });
  // A click on the background: the user does not want the focus anywhere.
  addEventListener('pointerup', () => {
    if (isLost()) focused = undefined;
  });
  new MutationObserver((records) => {
    const element = focused;
    if (element === undefined || element.isConnected || !isLost()) return;
    focused = undefined;
    const removal = records.find(({ removedNodes }) =>
      [...removedNodes].some((node) => node.contains(element)),
    );
    const container = (removal?.target as Element | undefined)?.closest('[tabindex]');
    for (const next of [container, ...root.querySelectorAll(fallbacks)]) {
      (next as HTMLElement | null | undefined)?.focus({ preventScroll: true });
      if (!isLost()) return;
    }
  }).observe(root, { childList: true, subtree: true });
}
