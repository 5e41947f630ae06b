import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { improveAccessibility } from './accessibility.js';
import { MermaidDiagram } from './mermaid-diagram.js';
import './theme.css';

export default {
  extends: DefaultTheme,
  setup: improveAccessibility,
  enhanceApp({ app }) {
    app.component('MermaidDiagram', MermaidDiagram);
  },
} satisfies Theme;
