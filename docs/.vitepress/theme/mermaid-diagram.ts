import type { Mermaid } from 'mermaid';
import mermaidUrl from 'mermaid/dist/mermaid.min.js?url';
import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

let loading: Promise<Mermaid> | undefined;

/** Loads the finished bundle as a script: bundling the modules of Mermaid would double the build time. */
function loadMermaid(): Promise<Mermaid> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = mermaidUrl;
    script.onload = () => resolve((globalThis as unknown as { mermaid: Mermaid }).mermaid);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

/** Draws a diagram in the browser. Until then, and without JavaScript, the page shows its source. */
export const MermaidDiagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const source = decodeURIComponent(props.source);
    const svg = ref('');
    async function draw(): Promise<void> {
      const mermaid = await loadMermaid();
      mermaid.initialize({
        startOnLoad: false,
        theme: isDark.value ? 'dark' : 'neutral',
        // Scaled to the width of the page, the text would be too small to read. The diagram scrolls instead.
        sequence: { useMaxWidth: false, width: 110, actorMargin: 16 },
      });
      svg.value = (await mermaid.render(`diagram-${crypto.randomUUID()}`, source)).svg;
    }
    onMounted(draw);
    watch(isDark, draw);
    return () =>
      svg.value === ''
        ? h('pre', { class: 'mermaid-source', tabindex: 0 }, source)
        : h('div', {
            class: 'mermaid',
            role: 'img',
            'aria-label': `Diagram: ${source}`,
            tabindex: 0,
            innerHTML: svg.value,
          });
  },
});
