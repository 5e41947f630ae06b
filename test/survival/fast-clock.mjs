// Loaded into a process before its program: since `FAST_CLOCK_SINCE` the time of day passes `FAST_CLOCK_RATE` times as
// fast. Timers keep their real speed, like the databases that the process uses.
const MachineDate = Date;
const rate = Number(process.env.FAST_CLOCK_RATE);
const since = Number(process.env.FAST_CLOCK_SINCE);

globalThis.Date = class extends MachineDate {
  constructor(...args) {
    if (args.length > 0) super(...args);
    else super(globalThis.Date.now());
  }

  static now() {
    return Math.floor(since + (MachineDate.now() - since) * rate);
  }
};
