/**
 * Scrolls a page by `step` pixels in every frame, down to the end of the list or up to its beginning, and measures the
 * frames. At the end it waits for as long as more is being loaded; those frames are measured as well.
 */
export function scrollThrough(page, step) {
  return page.evaluate(async (distance) => {
    const times = [];
    const tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
    observer.observe({ type: 'longtask' });
    let mostRows = 0;
    const isAtEnd = () =>
      distance < 0
        ? scrollY === 0
        : scrollY + innerHeight >= document.documentElement.scrollHeight - 1 &&
          /deliver/.test(document.querySelector('.list-foot')?.textContent ?? '');
    /** @type {Promise<void>} */
    const reached = new Promise((done) => {
      let last = performance.now();
      const frame = (now) => {
        times.push(now - last);
        last = now;
        mostRows = Math.max(mostRows, document.querySelectorAll('.row').length);
        if (isAtEnd()) return done();
        scrollBy({ top: distance, behavior: 'instant' });
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    await reached;
    observer.disconnect();
    const sorted = times.toSorted((one, other) => one - other);
    const at = (share) => Math.round(sorted[Math.floor(share * (sorted.length - 1))]);
    return {
      frames: times.length,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      longest: at(1),
      longTasks: tasks.length,
      longestTask: Math.round(Math.max(0, ...tasks.map(({ duration }) => duration))),
      mostRows,
    };
  }, step);
}
