// What is wider than its place scrolls, and has to be reached by keyboard; what fits is no stop on the way.
const scrollers = document.querySelectorAll(
  '.scroller, .diagram, .tsd-signature, pre, p:has(> img)',
);
const markScrollers = () => {
  for (const scroller of scrollers) {
    if (scroller.scrollWidth > scroller.clientWidth) scroller.tabIndex = 0;
    else scroller.removeAttribute('tabindex');
  }
};
new ResizeObserver(markScrollers).observe(document.body);
