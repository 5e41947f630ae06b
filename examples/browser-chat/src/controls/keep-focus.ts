/** The focus moves to the first of these that is visible, if no container of the removed element can have it. */
const fallbacks = '#message-field, #side-panel-heading, form input';

/**
 * When the element with the focus is removed, browsers move the focus to the document, and users of a keyboard or a screen
 * reader lose their place. This function moves the focus to the container of the element, or to the message field. Such an
 * element is a button that is shown only while it is useful.
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
