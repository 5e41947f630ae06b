/** In a page, ky would only be weight: the client turns off all of its features. `fetch` is called directly. */
export const sendWithKy = undefined;
