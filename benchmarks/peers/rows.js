// The rows that Mercurius and Apollo Server answer from: a pool, one scoped transaction a request, prepared statements.

/** Dates as text, as they go out; numeric and timestamptz are left to the driver (text, Date). */
const DATE = 1082

const CASES = `SELECT id, case_number AS "caseNumber", title, status, stage, priority, complexity,
  risk_level AS "riskLevel", opened_on AS "openedOn", created_at AS "createdAt", version,
  client_id AS "clientId", advisor_id AS "advisorId" FROM cases WHERE centre_id = $1 AND deleted_at IS NULL`

const STATEMENTS = {
  case: `${CASES} AND id = $2`,
  cases: `${CASES} AND status = $2 ORDER BY created_at DESC, id DESC LIMIT $3`,
  clients: `SELECT id, reference, first_name AS "firstName", last_name AS "lastName"
    FROM clients WHERE centre_id = $1 AND deleted_at IS NULL AND id = ANY($2::uuid[])`,
  advisors: `SELECT user_id AS id, first_name AS "firstName", last_name AS "lastName"
    FROM memberships WHERE centre_id = $1 AND user_id = ANY($2::uuid[])`,
  debts: `SELECT case_id AS "caseId", id, status, priority, current_balance AS "currentBalance",
      balance_as_of AS "balanceAsOf"
    FROM debts WHERE centre_id = $1 AND deleted_at IS NULL AND case_id = ANY($2::uuid[]) ORDER BY created_at, id`,
  budgets: `SELECT DISTINCT ON (case_id) case_id AS "caseId", id, number, status, statement_date AS "statementDate"
    FROM budget_sheets WHERE centre_id = $1 AND status = 'CONFIRMED_BY_CLIENT' AND case_id = ANY($2::uuid[])
    ORDER BY case_id, number DESC`,
  documents: `SELECT d.* FROM unnest($2::uuid[]) AS c(id) CROSS JOIN LATERAL (
      SELECT case_id AS "caseId", id, title, access_level AS "accessLevel", created_at AS "createdAt" FROM documents
      WHERE centre_id = $1 AND deleted_at IS NULL AND case_id = c.id ORDER BY created_at DESC, id DESC LIMIT $3) AS d`,
  setPriority: `UPDATE cases SET priority = $3 WHERE centre_id = $1 AND id = $2 AND deleted_at IS NULL
    RETURNING id, case_number AS "caseNumber", title, status, priority`,
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** One request's transaction: begun with its scope in one round trip by the first statement, ended by `end`. */
class Transaction {
  constructor(pool, centre, mode) {
    if (!UUID.test(centre)) throw new Error('no centre')
    this.pool = pool
    this.centre = centre
    this.begin = `BEGIN ${mode}; SET LOCAL app.centre_id = '${centre}'`
    this.client = null
    this.last = null
  }

  /** Answer a statement's rows; those of one transaction run one after the other, as a connection can. */
  run(name, ...values) {
    this.last ??= this.open()
    const rows = this.last.then(() => this.query(name, values))
    this.last = rows.catch(() => {})
    return rows
  }

  async open() {
    this.client = await this.pool.connect()
    await this.client.query(this.begin)
  }

  async query(name, values) {
    const result = await this.client.query({ name, text: STATEMENTS[name], values: [this.centre, ...values] })
    return result.rows
  }

  async end(word = 'COMMIT') {
    if (this.last === null) return
    await this.last
    const { client } = this
    if (client === null) return // none was to be had, and the statements have said so
    try {
      await client.query(word)
      client.release()
    } catch (error) {
      client.release(error)
    }
  }
}

/** Make the pool; PGHOST, PGUSER and PGDATABASE say of what. */
export function connect(pg) {
  pg.types.setTypeParser(DATE, (text) => text)
  const pool = new pg.Pool({ max: Number(process.env.BENCH_POOL) })
  return {
    reading: (centre) => new Transaction(pool, centre, 'ISOLATION LEVEL REPEATABLE READ READ ONLY'),
    writing: (centre) => new Transaction(pool, centre, 'ISOLATION LEVEL READ COMMITTED READ WRITE'),
  }
}

/** Put rows in the order of the keys that asked for them: one a key, or null. */
export function aligned(keys, rows, by = 'id') {
  const found = new Map(rows.map((row) => [row[by], row]))
  return keys.map((key) => found.get(key) ?? null)
}

/** Put rows in the order of the keys that asked for them: a list a key. */
export function grouped(keys, rows, by = 'caseId') {
  const found = new Map(keys.map((key) => [key, []]))
  for (const row of rows) found.get(row[by]).push(row)
  return keys.map((key) => found.get(key))
}
