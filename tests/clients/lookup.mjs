// Asks for domains with rdapper, an RDAP and WHOIS client for Node, and prints what it understood.
// node lookup.mjs PACKAGE-FOLDER BASE-URL TLD NAME...
import { pathToFileURL } from "node:url";

const [folder, base, tld, ...names] = process.argv.slice(2);
const { lookup } = await import(pathToFileURL(`${folder}/node_modules/rdapper/dist/index.mjs`).href);
const customBootstrapData = {
  version: "1.0",
  publication: "2026-01-01T00:00:00Z",
  services: [[[tld], [base]]],
};
const options = { rdapOnly: true, rdapFollowLinks: false, includeRaw: false, customBootstrapData };
const results = [];
for (const name of names) results.push(await lookup(name, options));
console.log(JSON.stringify(results));
