export { readInParts as readText } from './read-in-parts.js';
