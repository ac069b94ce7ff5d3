// Copyright (c) 2026, The community.northflank authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Calls Northflank's official JavaScript client: one call, read as JSON from standard input, its result on standard output.
//
//   {"url": ..., "token": ..., "call": "backup.addon", "request": {"parameters": {...}, "options": {...}, "data": {...}}}

const { readFileSync } = require("node:fs");
const { ApiClient, ApiClientInMemoryContextProvider } = require("@northflank/js-client");

async function main() {
  const { url, token, call, request } = JSON.parse(readFileSync(0, "utf8"));
  const context = new ApiClientInMemoryContextProvider();
  await context.addContext({ name: "test", token, host: url });
  const client = new ApiClient(context, { throwErrorOnHttpErrorCode: false });
  const endpoint = call.split(".").reduce((part, name) => part[name], client);
  const { data, error, pagination } = await endpoint(request);
  process.stdout.write(JSON.stringify({ data, error, pagination }));
}

main();
