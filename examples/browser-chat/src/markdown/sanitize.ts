import DOMPurify from 'dompurify';

const purifier = DOMPurify(window);
purifier.addHook('afterSanitizeAttributes', (element) => {
  // With a direction of its own, code does not decide the direction of a text that starts with it.
  if (element.tagName === 'CODE') element.setAttribute('dir', 'ltr');
  // A wide table scrolls, also with the keyboard.
  if (element.tagName === 'TABLE') element.setAttribute('tabindex', '0');
  if (!element.hasAttribute('href')) return;
  element.setAttribute('target', '_blank');
  element.setAttribute('rel', 'noopener noreferrer nofollow');
});

/** What Markdown needs: no images, forms, styles or identifiers. */
const allowed = {
  ALLOWED_TAGS:
    'a blockquote br code del em h4 hr li ol p pre strong table tbody td th thead tr ul'.split(' '),
  ALLOWED_ATTR: ['href', 'title', 'align', 'start'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
};

/** Removes everything that is not allowed, such as scripts and "javascript:" links. Links open in a new tab. */
export function sanitize(unsafeHtml: string): string {
  return purifier.sanitize(unsafeHtml, allowed);
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The HTML of a text, also for an attribute in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
