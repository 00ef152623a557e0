// SPDX-License-Identifier: Apache-2.0
// Reads a rollup as an application does: by the SQL function with the package pg, and over HTTP.
//
//   npm install pg
//   node --env-file=.daybook/dev.env read-rollup.mjs ROLLUP WORKSPACE FROM TO
//
// DAYBOOK_DEV_TARGET_URL, DAYBOOK_DEV_HTTP and DAYBOOK_DEV_TOKEN say where; `daybook dev` writes that file.
import pg from "pg";

const [rollup, workspace, from, to] = process.argv.slice(2);
const { DAYBOOK_DEV_TARGET_URL, DAYBOOK_DEV_HTTP, DAYBOOK_DEV_TOKEN } = process.env;

async function bySql() {
  const client = new pg.Client({ connectionString: DAYBOOK_DEV_TARGET_URL });
  await client.connect();
  try {
    const read = `daybook.${client.escapeIdentifier("read_" + rollup)}`;
    const { rows } = await client.query(
      // A day as text: a JavaScript Date has a time and a zone, which a day has not.
      `SELECT day::text, served_from, to_jsonb(r) AS row FROM ${read}($1, $2, $3) r ORDER BY 1`,
      [workspace, from, to],
    );
    return { servedFrom: rows[0]?.served_from ?? null, rows: rows.map((each) => each.row) };
  } finally {
    await client.end();
  }
}

async function byHttp() {
  const query = new URLSearchParams({ workspace, from, to });
  const answer = await fetch(
    `${DAYBOOK_DEV_HTTP}/api/rollups/${encodeURIComponent(rollup)}?${query}`,
    { headers: { authorization: `Bearer ${DAYBOOK_DEV_TOKEN}` } },
  );
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${body.error}: ${body.message}`);
  return { servedFrom: body.served_from, cache: answer.headers.get("x-zrg-cache"), rows: body.rows };
}

const [sql, http] = [await bySql(), await byHttp()];
console.log(JSON.stringify({ sql, http }));
