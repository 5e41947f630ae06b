declare module '*.svelte' {
  import type { Component } from 'svelte';

  const component: Component<{ client: import('@chat/client').ChatClient }>;
  export default component;
}

/** The types of the code are checked in its guide. */
declare module 'guide:*';
