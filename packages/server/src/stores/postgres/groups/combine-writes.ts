import type { Write } from '../../sql/engine.js';
import type { Statement } from '../../sql/statement.js';

type WriteStatement = Statement<object, unknown>;

/** The writes of one statement, in their order. */
type Combined = Statement<{ readonly writes: readonly Write[] }, unknown>;

/** Combined statements by the text of their parts. The domain has few kinds of transactions. */
const combinations = new Map<string, Combined>();
const maxCached = 100;

/**
 * Makes one statement of the writes of a transaction, because each statement costs the server and PostgreSQL about as much as
 * the write itself. All parts of a statement see the data from before it, so that writes of which one may need to see another
 * stay separate.
 */
export function combineWrites(writes: readonly Write[]): readonly Write[] {
  if (writes.length < 2 || !areIndependent(writes)) return writes;
  const statements = writes.map(({ statement }) => statement);
  const key = statements.map(({ sql }) => sql).join(';');
  const statement = cached(combinations, key, () => combine(statements));
  return [{ statement: statement as WriteStatement, args: { writes } }];
}

/** Each table is written once, or an insert follows an update of rows that were there before. */
export function areIndependent(writes: readonly Write[]): boolean {
  const written = new Set<string>();
  return writes.every(({ statement }) => {
    const { verb, table } = targetOf(statement.sql);
    if (verb === undefined || written.has(`insert into ${table}`)) return false;
    if (verb === 'update' && written.has(`update ${table}`)) return false;
    written.add(`${verb} ${table}`);
    return true;
  });
}

interface Target {
  readonly verb: string | undefined;
  readonly table: string;
}

/** By the text of a statement: the same few statements are checked for each user of a group. */
const targets = new Map<string, Target>();

function targetOf(sql: string): Target {
  return cached(targets, sql, () => {
    const [, verb, table = ''] = /^(insert into|update) (\w+)/.exec(sql) ?? [];
    return { verb, table };
  });
}

function cached<Value>(cache: Map<string, Value>, key: string, create: () => Value): Value {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const created = create();
  if (cache.size < maxCached) cache.set(key, created);
  return created;
}

function combine(statements: readonly WriteStatement[]): Combined {
  let parameters = 0;
  const parts = statements.map(({ sql }, index) => {
    const before = parameters;
    const text = sql.replace(/\$(\d+)/g, (_, number: string) => {
      parameters = Math.max(parameters, before + Number(number));
      return `$${before + Number(number)}`;
    });
    return `w${index} as (${text})`;
  });
  return {
    sql: `with ${parts.join(', ')} select`,
    bind: ({ writes }) => writes.flatMap(({ statement, args }) => statement.bind(args)),
  };
}
