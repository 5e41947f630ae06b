/** In a page, ky would only be weight: the client turns off all of its features. `fetch` is called directly. */
export { fetchWithinOrigin as sendWithKy } from './fetch-within-origin.js';
