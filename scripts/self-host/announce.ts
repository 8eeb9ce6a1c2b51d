import { relative } from "node:path";

export interface Announced {
  readonly url: string;
  readonly adminToken: string;
  /** The token was made just now. */
  readonly firstStart: boolean;
  /** The file that keeps it. */
  readonly secretsFile: string;
}

/** Where it is, how to get in, and on the first start what to do next. */
export function announcement({ url, adminToken, firstStart, secretsFile }: Announced): string {
  const file = shown(secretsFile);
  if (!firstStart) {
    return `
Switchyard is ready at ${url}

  admin token  in ${file}
  API docs     ${url}/api/docs

Stop: Ctrl-C, or SIGTERM to this process
`;
  }
  const post = (path: string, body: unknown) =>
    `curl -s ${url}/api/v1/projects${path} \\
  -H 'Authorization: Bearer ${adminToken}' -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(body)}'`;
  return `
Switchyard is ready at ${url}

  admin token  ${adminToken}
               (made just now, kept in ${file}; it is not shown again)
  API docs     ${url}/api/docs

There is no project yet. Create one, an environment in it, and a key for your servers:

${post("", { key: "shop", name: "Shop" })}

${post("/shop/environments", { key: "prod", name: "Production" })}

${post("/shop/environments/prod/keys", { kind: "server", name: "backend" })}

Stop: Ctrl-C, or SIGTERM to this process
`;
}

function shown(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith("..") ? file : short;
}
