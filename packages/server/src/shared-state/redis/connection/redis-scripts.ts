import type { RedisWithTimeout } from './redis-with-timeout.js';

/** The instances that follow a user: those with a socket of the user. */
type Followers = readonly string[];

/**
 * What Redis runs as Lua scripts, each as one atomic step. The first argument is the only key: the record of a user, or of
 * a rate limit. It is one value, because each further command inside a script would cost Redis as much as a call, in
 * MessagePack, which Redis reads and writes faster than JSON:
 * `e` events of the rate limit (time and count of each, in bytes), `n` their number, `q` turns (the first one runs), `d` when
 * the first turn is no longer renewed, `s` leases of sockets, `f` instances that follow the user. Turns and leases begin with
 * their instance.
 */
interface ScriptCommands {
  /**
   * Counts one event in a sliding window, and starts a turn when no other one runs or waits.
   * @param now empty for the time of Redis
   * @param turn empty for none
   * @returns how long to wait (0 when the event was counted), in milliseconds, and whether the turn has started (0 or 1)
   */
  consumeEvent(
    key: string,
    limit: number,
    windowMs: number,
    now: number | '',
    turn: string,
    turnTtlMs: number,
    keyTtlMs: number,
    leaseTtlMs: number,
  ): Promise<[waitMs: number, entered: number, ...Followers]>;
  /**
   * @param dead a turn whose instance is dead, or empty
   * @returns 1 when the turn runs, or 0 and the turn that runs
   */
  enterTurn(
    key: string,
    turn: string,
    dead: string,
    turnTtlMs: number,
    keyTtlMs: number,
    leaseTtlMs: number,
  ): Promise<[entered: number, holder: string, ...Followers]>;
  renewTurn(
    key: string,
    turn: string,
    turnTtlMs: number,
    keyTtlMs: number,
    leaseTtlMs: number,
  ): Promise<Followers>;
  /** @returns the next turn, which has to claim its place within `claimTimeoutMs`, or an empty text */
  leaveTurn(
    key: string,
    turn: string,
    claimTimeoutMs: number,
  ): Promise<[nextTurn: string, ...Followers]>;
  /**
   * @param deadInstances their leases are free
   * @returns 1 when the lease is held; 0 and the instances that hold leases when all are taken
   */
  acquireLease(
    key: string,
    lease: string,
    limit: number,
    leaseTtlMs: number,
    ...deadInstances: readonly string[]
  ): Promise<[granted: number, ...holders: string[]]>;
  /** Adds a follower (or none, when empty) and leases, also beyond the limit, and renews all of the user. */
  register(
    key: string,
    follower: string,
    leaseTtlMs: number,
    ...leases: readonly string[]
  ): Promise<number>;
  unregister(key: string, follower: string, ...leases: readonly string[]): Promise<number>;
}

export type RedisClient = RedisWithTimeout & ScriptCommands;

const prelude = `
local raw = redis.call('GET', KEYS[1])
local doc = raw and cmsgpack.unpack(raw) or {}
local function list(name)
  doc[name] = doc[name] or {}
  return doc[name]
end
local function find(values, value)
  for at, other in ipairs(values) do
    if other == value then return at end
  end
end
local function add(values, value)
  if not find(values, value) then values[#values + 1] = value end
end
local function remove(values, value)
  local at = find(values, value)
  if at then table.remove(values, at) end
end
local function instance_of(text)
  return string.match(text, '^[^ ]+')
end
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
-- Without a ttl, the key keeps its own.
local function save(ttl, lease_ttl)
  for _, name in ipairs({'e', 'q', 's', 'f'}) do
    if doc[name] and #doc[name] == 0 then doc[name] = nil end
  end
  if not doc.q then doc.d = nil end
  if not doc.e then doc.n = nil end
  if next(doc) == nil then
    if raw then redis.call('DEL', KEYS[1]) end
  elseif ttl then
    if doc.s or doc.f then ttl = math.max(ttl, lease_ttl) end
    redis.call('SET', KEYS[1], cmsgpack.pack(doc), 'PX', ttl)
  else
    redis.call('SET', KEYS[1], cmsgpack.pack(doc), 'KEEPTTL')
  end
end
local function with_followers(...)
  local result = {...}
  for _, follower in ipairs(doc.f or {}) do result[#result + 1] = follower end
  return result
end
`;

export const scripts: {
  readonly [name in keyof ScriptCommands]: { readonly numberOfKeys: number; readonly lua: string };
} = {
  // Exact up to 200 events in a window. Beyond, times are rounded up to a hundredth of the window: never more events than
  // the limit, and a record of bounded size.
  consumeEvent: script(`
local limit, window, turn = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[4]
local turn_ttl, key_ttl, lease_ttl = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local time = clock()
local now = tonumber(ARGV[3]) or time
local step = limit > 200 and math.ceil(window / 100) or 1
local events, count, set_back = doc.e or '', doc.n or 0, false
-- Each event has 12 bytes, so that most calls read only the first one and the last one.
local function event_at(offset)
  return struct.unpack('>dI4', events, offset)
end
local function append(at, times)
  local last, last_times = 0, 0
  if #events > 0 then last, last_times = event_at(#events - 11) end
  if last >= at then
    events = string.sub(events, 1, -13)
    at, times = last, last_times + times
  end
  events = events .. struct.pack('>dI4', at, times)
end
-- A clock may be set back. Events with a later time would block the key until then.
if #events > 0 and event_at(#events - 11) > now + step then
  set_back = true
  local earlier, counted = 0, 0
  while event_at(earlier + 1) <= now + step do
    local _, times = event_at(earlier + 1)
    counted = counted + times
    earlier = earlier + 12
  end
  events = string.sub(events, 1, earlier)
  append(now, count - counted)
end
local expired = 0
while expired < #events do
  local at, times = event_at(expired + 1)
  if at > now - window then break end
  count = count - times
  expired = expired + 12
end
if expired > 0 then events = string.sub(events, expired + 1) end
doc.e, doc.n = events, count
local ttl = math.max(window, key_ttl)
if count >= limit then
  local wait, rest = window, count
  for offset = 1, #events, 12 do
    local at, times = event_at(offset)
    rest = rest - times
    if rest < limit then
      wait = at + window - now
      break
    end
  end
  if set_back then save(ttl, lease_ttl) end
  return {math.max(1, math.ceil(wait)), 0}
end
append(math.ceil(now / step) * step, 1)
doc.e, doc.n = events, count + 1
local entered = 0
if turn ~= '' and #list('q') == 0 then
  doc.q[1] = turn
  doc.d = time + turn_ttl
  entered = 1
end
save(ttl, lease_ttl)
return with_followers(0, entered)
`),
  // The place of a turn is free when its instance is dead or stopped renewing it.
  enterTurn: script(`
local turn, dead = ARGV[1], ARGV[2]
local turn_ttl, key_ttl, lease_ttl = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local queue, time = list('q'), clock()
local holder = queue[1]
if holder and holder ~= turn then
  if holder ~= dead and time <= doc.d then
    if not find(queue, turn) then
      queue[#queue + 1] = turn
      save(key_ttl, lease_ttl)
    end
    return {0, holder}
  end
  table.remove(queue, 1)
end
remove(queue, turn)
table.insert(queue, 1, turn)
doc.d = time + turn_ttl
save(key_ttl, lease_ttl)
return with_followers(1, '')
`),
  renewTurn: script(`
local turn_ttl, key_ttl, lease_ttl = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if list('q')[1] == ARGV[1] then
  doc.d = clock() + turn_ttl
  save(key_ttl, lease_ttl)
end
return with_followers()
`),
  leaveTurn: script(`
local queue, next_turn = list('q'), ''
local at = find(queue, ARGV[1])
if not at then return with_followers('') end
table.remove(queue, at)
if at == 1 and queue[1] then
  next_turn = queue[1]
  doc.d = clock() + tonumber(ARGV[2])
end
save()
return with_followers(next_turn)
`),
  acquireLease: script(`
local lease, limit, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local leases, followers = list('s'), list('f')
for index = 4, #ARGV do
  remove(followers, ARGV[index])
  for at = #leases, 1, -1 do
    if instance_of(leases[at]) == ARGV[index] then table.remove(leases, at) end
  end
end
if not find(leases, lease) then
  if #leases >= limit then
    local holders = {}
    for _, other in ipairs(leases) do add(holders, instance_of(other)) end
    return {0, unpack(holders)}
  end
  leases[#leases + 1] = lease
end
save(ttl, ttl)
return {1}
`),
  register: script(`
local ttl = tonumber(ARGV[2])
if ARGV[1] ~= '' then add(list('f'), ARGV[1]) end
for index = 3, #ARGV do add(list('s'), ARGV[index]) end
save(ttl, ttl)
return 1
`),
  unregister: script(`
remove(list('f'), ARGV[1])
for index = 2, #ARGV do remove(list('s'), ARGV[index]) end
if raw then save() end
return 1
`),
};

function script(body: string) {
  return { numberOfKeys: 1, lua: prelude + body };
}
