// Where somebody is on the page of a chapter goes along with each sign of life; a page that
// nobody looks at gives none.
const field = document.querySelector('[data-reading]');
if (field) {
  const place = () => {
    const rest = document.documentElement.scrollHeight - window.innerHeight;
    const now = rest > 0 ? Math.round((window.scrollY / rest) * 100) : 100;
    document.querySelectorAll('[data-reading]').forEach((one) => { one.value = Math.min(100, Math.max(0, now)); });
  };
  document.addEventListener('scroll', place, { passive: true });
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (event.target.matches('[data-clock]') && document.hidden) event.preventDefault();
  });
  document.addEventListener('htmx:afterSwap', place);
  const back = document.querySelector('[data-go-on]');
  if (back) back.addEventListener('click', () => {
    const rest = document.documentElement.scrollHeight - window.innerHeight;
    window.scrollTo({ top: (rest * Number(back.dataset.goOn)) / 100 });
    back.hidden = true;
  });
}
