// Going through a ladder's time by itself: as fast as the axis goes, but never long where nothing happens.

const IDLE = 700; // milliseconds that an idle time takes, which the axis folds
const STILL = 1000; // and between two steps for those who want no motion

class Playing {
  // player: what is moved;  controls: with the speed, and the button that starts and stops it
  constructor(player, controls) {
    this.player = player;
    this.controls = controls;
    this.frame = 0; // of the animation, while it runs
  }

  get on() {
    return this.frame !== 0;
  }

  start() {
    const { player } = this;
    this.controls.showPlaying(true);
    this.time = player.timeAt(player.y);
    let before = performance.now();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const tick = (now) => {
      this.frame = requestAnimationFrame(tick);
      const passed = Math.max(0, now - before);
      if (still && passed < STILL) return;
      before = now;
      player.move(still ? player.heights[place(player.heights, player.y + 0.01)] : this.ahead(passed), true);
      if (player.ended()) this.stop();
    };
    this.frame = requestAnimationFrame(tick);
  }

  stop() {
    if (!this.on) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.controls.showPlaying(false);
  }

  // Where the cursor is some milliseconds later.
  ahead(passed) {
    const { y, heights, view } = this.player, fold = view.folds.find(([top, bottom]) => y >= top - 0.01 && y < bottom - 0.01);
    if (y < heights[0] || fold) {
      const next = fold ? Math.min(fold[1], y + (fold[1] - fold[0]) * passed / IDLE) : Math.min(heights[0], y + passed / 20);
      this.time = this.player.timeAt(next);
      return next;
    }
    this.time += passed * 1e6 / Number(this.controls.speed.value);
    const next = Math.min(along(view.times, view.places, this.time), heights[heights.length - 1]);
    const into = view.folds.find(([top]) => top > y && top < next);
    return into ? into[0] : Math.max(y, next);
  }
}
