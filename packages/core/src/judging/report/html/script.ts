/**
 * What moves in the page: the slider through the grids, and the values under the pointer in the
 * plots. Without it the page shows the last grids and the last values.
 */
export const script = `
for (const figure of document.querySelectorAll('.frames')) {
  const images = [...figure.querySelectorAll('img')];
  const output = figure.querySelector('output');
  const range = figure.querySelector('input');
  const button = figure.querySelector('button');
  if (!range) continue;
  const show = (index) => {
    images.forEach((image, at) => { image.hidden = at !== index; });
    output.textContent = 'step ' + images[index].dataset.step;
    range.setAttribute('aria-valuetext', output.textContent);
    range.value = index;
  };
  let timer;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    button.textContent = '\\u25b6';
    button.setAttribute('aria-label', 'Play');
  };
  range.addEventListener('input', () => { stop(); show(Number(range.value)); });
  button.addEventListener('click', () => {
    if (timer !== undefined) return stop();
    let index = Number(range.value) === images.length - 1 ? 0 : Number(range.value);
    show(index);
    button.textContent = '\\u275a\\u275a';
    button.setAttribute('aria-label', 'Pause');
    timer = setInterval(() => {
      index += 1;
      show(index);
      if (index === images.length - 1) stop();
    }, 400);
  });
}
for (const figure of document.querySelectorAll('.plot')) {
  const { area, lines } = JSON.parse(figure.querySelector('script').textContent);
  const output = figure.querySelector('output');
  const values = [...figure.querySelectorAll('.legend b')];
  const lastValues = values.map((value) => value.textContent);
  const steps = lines.flatMap(({ x }) => x);
  const first = steps.reduce((a, b) => Math.min(a, b), Infinity);
  const last = steps.reduce((a, b) => Math.max(a, b), -Infinity);
  const nearest = (x, step) => {
    let best = 0;
    x.forEach((at, index) => { if (Math.abs(at - step) < Math.abs(x[best] - step)) best = index; });
    return best;
  };
  for (const canvas of figure.querySelectorAll('.canvas')) {
    const cursor = canvas.querySelector('.cursor');
    const width = canvas.querySelector('svg').viewBox.baseVal.width;
    canvas.addEventListener('pointermove', (event) => {
      const box = canvas.getBoundingClientRect();
      const inside = width - area.left - area.right;
      const at = ((event.clientX - box.left) / box.width) * width - area.left;
      const share = Math.min(1, Math.max(0, at / inside));
      const step = first + share * (last - first);
      const main = lines[0].x[nearest(lines[0].x, step)];
      const shown = last === first ? 0.5 : (main - first) / (last - first);
      cursor.hidden = false;
      cursor.style.left = ((area.left + shown * inside) / width) * 100 + '%';
      output.textContent = 'step ' + main.toLocaleString('en');
      lines.forEach(({ x, y }, index) => { values[index].textContent = y[nearest(x, main)]; });
    });
    canvas.addEventListener('pointerleave', () => {
      cursor.hidden = true;
      output.textContent = 'last values';
      lastValues.forEach((text, index) => { values[index].textContent = text; });
    });
  }
}
`;
