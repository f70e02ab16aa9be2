// Makes a container of the Azure emulator's well-known account: node create_container.mjs PORT NAME
import { createHmac } from "node:crypto";

const [port, name] = process.argv.slice(2);
const account = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const date = new Date().toUTCString();
const version = "2021-08-06";
// The canonical form of Azure's "Shared Key": https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
const text = ["PUT", ...Array(11).fill(""), `x-ms-date:${date}`, `x-ms-version:${version}`, `/${account}/${account}/${name}`, "restype:container"];
const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text.join("\n"), "utf8").digest("base64");
const answer = await fetch(`http://127.0.0.1:${port}/${account}/${name}?restype=container`, {
  method: "PUT",
  headers: { "x-ms-date": date, "x-ms-version": version, authorization: `SharedKey ${account}:${signature}` },
});
if (!answer.ok && answer.status !== 409) {
  throw new Error(`${answer.status}: ${await answer.text()}`);
}
