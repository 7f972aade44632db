import assert from "node:assert/strict";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { RegistryFault } from "../../../images/registry/fault";
import { closedPort, http, type LocalServer } from "../../support/localServer";
import { digest } from "../support";
import { NO_CONFIG, testClient } from "./server";

const INDEX = "application/vnd.oci.image.index.v1+json";

/** Runs work with a registry that answers by itself. @param work Gets its host, and the requests so far. */
async function withServer<T>(
    answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
    work: (host: string, requests: IncomingMessage[]) => Promise<T>,
): Promise<T> {
    const requests: IncomingMessage[] = [];
    const listener: RequestListener = (request, response) => {
        requests.push(request);
        answer(request, response, requests.length);
    };
    const server: LocalServer = await http(listener);
    try {
        return await work(`127.0.0.1:${server.port}`, requests);
    } finally {
        await server.close();
    }
}

/** Answers with a digest. */
function tell(response: ServerResponse, of = "web", type = INDEX): void {
    response.writeHead(200, { "docker-content-digest": digest(of), "content-type": type }).end();
}

/** The digest of `team/web:1` at a host. */
const ask = (host: string, client = testClient()) => client.digestOf({ registry: host, repository: "team/web" }, "1");

/** The fault of asking. */
async function faultAt(host: string, client = testClient()): Promise<RegistryFault> {
    try {
        await ask(host, client);
    } catch (error) {
        assert.ok(error instanceof RegistryFault, String(error));
        return error;
    }
    return assert.fail("an answer");
}

describe("A client of registries", () => {
    it("asks by HEAD, which Docker Hub does not count, for indexes before manifests", async () => {
        await withServer(
            (_, response) => {
                tell(response);
            },
            async (host, requests) => {
                assert.deepEqual(await ask(host), { digest: digest("web"), isIndex: true });
                assert.deepEqual(
                    requests.map(({ method, url }) => `${method ?? ""} ${url ?? ""}`),
                    ["HEAD /v2/team/web/manifests/1"],
                );
                assert.match(requests[0]?.headers.accept ?? "", /^application\/vnd\.oci\.image\.index\.v1\+json, /);
            },
        );
    });

    it("computes the digest where HEAD does not tell it, and refuses a registry that states another one", async () => {
        const body = '{"schemaVersion":2}';
        const hash = "sha256:c3cbcd9cb2cd2ff9a8a6fa5e3d8ba4a1d6a4d4b3b2a5c7d8a9e0f1b2c3d4e5f6";
        const answer = (stated?: string) => (request: IncomingMessage, response: ServerResponse) => {
            if (request.method === "HEAD") {
                response.writeHead(405).end();
                return;
            }
            response.writeHead(200, {
                "content-type": `${INDEX}; charset=utf-8`,
                ...(stated === undefined ? {} : { "docker-content-digest": stated }),
            });
            response.end(body);
        };
        await withServer(answer(), async (host) => {
            const { digest: found, isIndex } = await ask(host);
            const { createHash } = await import("node:crypto");
            assert.equal(found, `sha256:${createHash("sha256").update(body).digest("hex")}`);
            assert.equal(isIndex, true);
        });
        await withServer(answer(hash), async (host) => {
            assert.equal((await faultAt(host)).problem, "broken");
        });
    });

    it("gets a token from the server that the registry names, and keeps it", async () => {
        await withServer(
            (request, response) => {
                const { url = "", headers } = request;
                if (url.startsWith("/token")) {
                    response.end(JSON.stringify({ token: "abc" }));
                } else if (headers.authorization === "Bearer abc") {
                    tell(response);
                } else {
                    const realm = `Bearer realm="http://${headers.host ?? ""}/token",service="registry",scope="repository:team/web:pull"`;
                    response.writeHead(401, { "www-authenticate": realm }).end();
                }
            },
            async (host, requests) => {
                const client = testClient();
                await ask(host, client);
                await ask(host, client);
                assert.deepEqual(
                    requests.map(({ url }) => url),
                    [
                        "/v2/team/web/manifests/1",
                        "/token?service=registry&scope=repository%3Ateam%2Fweb%3Apull",
                        "/v2/team/web/manifests/1",
                        "/v2/team/web/manifests/1",
                    ],
                );
                assert.equal(requests[1]?.headers.authorization, undefined);
            },
        );
    });

    it("shows the user's credentials to the token server, or to a registry that wants them itself", async () => {
        const password = { type: "password", username: "me", password: "secret" } as const;
        const config = { credentialsFor: () => Promise.resolve(password) };
        const basic = `Basic ${Buffer.from("me:secret").toString("base64")}`;
        for (const scheme of ["Basic", "Bearer"]) {
            await withServer(
                (request, response) => {
                    const { url = "", headers } = request;
                    if (url.startsWith("/token")) {
                        assert.equal(headers.authorization, basic);
                        response.end(JSON.stringify({ access_token: "abc" }));
                    } else if (headers.authorization === (scheme === "Basic" ? basic : "Bearer abc")) {
                        tell(response);
                    } else {
                        const challenge = `${scheme} realm="http://${headers.host ?? ""}/token"`;
                        response.writeHead(401, { "www-authenticate": challenge }).end();
                    }
                },
                async (host) => {
                    assert.equal((await ask(host, testClient(config))).digest, digest("web"));
                },
            );
        }
    });

    it("sends an identity token in the body, as OAuth 2 wants it", async () => {
        const config = { credentialsFor: () => Promise.resolve({ type: "identityToken", token: "id" } as const) };
        await withServer(
            (request, response) => {
                const { url = "", headers, method } = request;
                if (url === "/token") {
                    let body = "";
                    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
                    request.on("end", () => {
                        const form = new URLSearchParams(body);
                        const right = method === "POST" && form.get("refresh_token") === "id";
                        response.writeHead(right ? 200 : 400).end(JSON.stringify({ access_token: "abc" }));
                    });
                } else if (headers.authorization === "Bearer abc") {
                    tell(response);
                } else {
                    response
                        .writeHead(401, { "www-authenticate": `Bearer realm="http://${headers.host ?? ""}/token"` })
                        .end();
                }
            },
            async (host) => {
                assert.equal((await ask(host, testClient(config))).digest, digest("web"));
            },
        );
    });

    it("follows a redirection, without its credentials, and not without encryption", async () => {
        await withServer(
            (request, response) => {
                assert.equal(request.headers.authorization, undefined);
                tell(response, "other");
            },
            async (other) => {
                const redirecting = (target: string) => (request: IncomingMessage, response: ServerResponse) => {
                    if (request.headers.authorization === undefined) {
                        response.writeHead(401, { "www-authenticate": "Basic" }).end();
                    } else {
                        response.writeHead(307, { location: target }).end();
                    }
                };
                const password = { type: "password", username: "me", password: "secret" } as const;
                const client = testClient({ credentialsFor: () => Promise.resolve(password) });
                await withServer(redirecting(`http://${other}/v2/x/manifests/1`), async (host) => {
                    assert.equal((await ask(host, client)).digest, digest("other"));
                });
                await withServer(redirecting("http://registry.example.com/"), async (host) => {
                    const fault = await faultAt(host, testClient({ credentialsFor: () => Promise.resolve(password) }));
                    assert.match(fault.message, /redirects to http:\/\/registry\.example\.com, which is not followed/);
                });
            },
        );
    });

    it("asks again where it passes: limits, faults of the registry, broken connections", async () => {
        for (const status of [429, 500, 503, 0]) {
            const pauses: number[] = [];
            await withServer(
                (request, response, count) => {
                    if (count > 2) {
                        tell(response);
                    } else if (status === 0) {
                        request.socket.destroy();
                    } else {
                        response.writeHead(status, status === 429 ? { "retry-after": "3" } : {}).end();
                    }
                },
                async (host) => {
                    assert.equal((await ask(host, testClient(NO_CONFIG, { pauses }))).digest, digest("web"));
                    assert.deepEqual(pauses, status === 429 ? [3000, 3000] : [500, 1500]);
                },
            );
        }
    });

    it("gives up on a limit that lasts, at once where the registry wants a long pause", async () => {
        const limited = (after?: string) => (_: IncomingMessage, response: ServerResponse) => {
            response.writeHead(429, after === undefined ? {} : { "retry-after": after }).end();
        };
        const pauses: number[] = [];
        await withServer(limited(), async (host, requests) => {
            const fault = await faultAt(host, testClient(NO_CONFIG, { pauses }));
            assert.equal(fault.problem, "rate limit");
            assert.equal(requests.length, 4);
        });
        await withServer(limited("3600"), async (host, requests) => {
            assert.match((await faultAt(host)).message, /wants a pause of 60 min \(status 429\)/);
            assert.equal(requests.length, 1);
        });
    });

    it("tells what is refused from what is missing, in the registry's own words, without invisible characters", async () => {
        const refusing = (status: number) => (_: IncomingMessage, response: ServerResponse) => {
            const errors = [{ code: "DENIED", message: "go\u202eaway" }];
            response.writeHead(status).end(JSON.stringify({ errors }));
        };
        for (const [status, problem, words] of [
            [
                401,
                "unauthorized",
                "refuses team/web:1 (status 401, DENIED: go\uFFFDaway): it does not exist, or needs a login",
            ],
            [403, "unauthorized", "refuses team/web:1 (status 403, "],
            [404, "missing", "has no team/web:1 (status 404, "],
            [418, "broken", "answers status 418 to team/web:1, "],
        ] as const) {
            await withServer(refusing(status), async (host) => {
                const fault = await faultAt(host);
                assert.equal(fault.problem, problem);
                assert.ok(fault.message.startsWith(`${host} ${words}`), fault.message);
            });
        }
    });

    it("says that nothing answers", async () => {
        const host = `127.0.0.1:${await closedPort()}`;
        const fault = await faultAt(host);
        assert.equal(fault.problem, "unreachable");
        assert.match(fault.message, /does not answer \(.*ECONNREFUSED/);
    });

    it("continues without credentials that cannot be had, and says so once", async () => {
        const notes: string[] = [];
        const config = { credentialsFor: () => Promise.reject(new Error("no helper")) };
        await withServer(
            (_, response) => {
                response.writeHead(401, { "www-authenticate": "Basic" }).end();
            },
            async (host) => {
                const client = testClient(config, { notes });
                await faultAt(host, client);
                await faultAt(host, client);
                assert.deepEqual(notes, [`${host} is asked without credentials: no helper`]);
            },
        );
    });
});
