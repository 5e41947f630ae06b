/** XPath of the field with this label. */
export const field = (label) =>
  `//label[starts-with(normalize-space(), '${label}')]//input | //*[@aria-label = '${label}'][self::input or self::textarea]`;

/** XPath of the button with this name, once it can be clicked. */
export const button = (name) =>
  `//button[normalize-space() = '${name}' and not(@disabled or @aria-disabled = 'true')]`;
