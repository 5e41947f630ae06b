import { useRoute } from 'vitepress';
import { nextTick, onMounted, watch } from 'vue';

/** Corrects what axe finds in VitePress 1.6. */
export function improveAccessibility(): void {
  const route = useRoute();
  async function correct(): Promise<void> {
    await nextTick();
    const content = document.querySelector('#VPContent');
    // The home page has no <main>.
    if (content?.querySelector('main')) content.removeAttribute('role');
    else content?.setAttribute('role', 'main');
    // A button in a button: the outer one does the same.
    for (const caret of document.querySelectorAll('.item[role="button"] .caret')) {
      caret.removeAttribute('role');
      caret.removeAttribute('tabindex');
    }
  }
  onMounted(() => watch(() => route.path, correct, { immediate: true }));
}
