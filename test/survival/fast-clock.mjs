// Loaded into a process before its program: the time of day passes `FAST_CLOCK_RATE` times as fast since
// `FAST_CLOCK_SINCE`. Timers keep the world's pace, as the engines that the process talks to do.
const MachineDate = Date;
const rate = Number(process.env.FAST_CLOCK_RATE);
const since = Number(process.env.FAST_CLOCK_SINCE);

globalThis.Date = class extends MachineDate {
  constructor(...given) {
    if (given.length > 0) super(...given);
    else super(globalThis.Date.now());
  }

  static now() {
    return Math.floor(since + (MachineDate.now() - since) * rate);
  }
};
