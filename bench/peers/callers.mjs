// The same call with other libraries.
import axios from 'axios';
import ky from 'ky';
import OpenAI from 'openai';

export function axiosCaller(origin, token) {
  const client = axios.create({
    baseURL: origin,
    adapter: 'fetch',
    headers: { Authorization: `Bearer ${token}` },
  });
  return (path, query) => client.get(path, { params: query });
}

export function kyCaller(origin, token) {
  const headers = { Authorization: `Bearer ${token}` };
  return (path, query) => ky(`${origin}${path}?${new URLSearchParams(query)}`, { headers }).json();
}

export function openAiCaller(origin, token) {
  const client = new OpenAI({ baseURL: origin, apiKey: token });
  return (path, query) => client.get(path, { query });
}
