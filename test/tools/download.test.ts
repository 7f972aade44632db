import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import { join } from "node:path";
import { downloadFile, downloadRelease, findSha256 } from "../../tools/download";
import { downloadsAnswer } from "../../tools/online";
import { tools } from "../../tools/table";
import { run } from "../../process/run";
import { withFolder, writeScript } from "../support/temporary";

/** Runs `work` against an HTTP server on this machine. */
async function withServer(listener: RequestListener, work: (base: string) => Promise<void>): Promise<void> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    try {
        await work(`http://127.0.0.1:${address.port}`);
    } finally {
        server.closeAllConnections();
        server.close();
    }
}

/** SHA-256 of a text. */
const hashOf = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");

/** Limits that a test can wait for. */
const short = { answerMs: 200, idleMs: 200 };

describe("download", () => {
    it("writes the file, gives its hash and tells how far it is", () =>
        withFolder((folder) =>
            withServer(
                (_, response) => response.end("content"),
                async (base) => {
                    const seen: [number, number | undefined][] = [];
                    const hash = await downloadFile(`${base}/x`, join(folder, "x"), (...args) => seen.push(args));
                    assert.equal(hash, hashOf("content"));
                    assert.equal(await readFile(join(folder, "x"), "utf8"), "content");
                    assert.deepEqual(seen.at(-1), [7, 7]);
                },
            ),
        ));

    it("gives up on a server that does not answer, and on one that stops in between", () =>
        withFolder((folder) =>
            withServer(
                (request, response) => {
                    if (request.url === "/stops") {
                        response.writeHead(200, { "content-length": "100" });
                        response.write("some");
                    }
                },
                async (base) => {
                    const file = join(folder, "x");
                    await assert.rejects(
                        downloadFile(`${base}/silent`, file, undefined, fetch, short),
                        /silent: no answer in 0\.2 s/,
                    );
                    await assert.rejects(
                        downloadFile(`${base}/stops`, file, undefined, fetch, short),
                        /stops: no data for 0\.2 s/,
                    );
                },
            ),
        ));

    it("names the status of a refusal and notices a cut connection", () =>
        withFolder((folder) =>
            withServer(
                (request, response) => {
                    if (request.url === "/cut") {
                        response.writeHead(200, { "content-length": "100" });
                        response.write("some", () => response.destroy());
                    } else {
                        response.writeHead(404).end();
                    }
                },
                async (base) => {
                    await assert.rejects(
                        downloadFile(`${base}/none`, join(folder, "x")),
                        /none: the server answers 404/,
                    );
                    await assert.rejects(downloadFile(`${base}/cut`, join(folder, "x")), /cut: /);
                },
            ),
        ));

    it("unpacks the binary of an archive whose checksum is right", () =>
        withFolder(async (folder) => {
            await writeScript(join(folder, "src", "v1", "etcd"), "echo 3.6.16");
            await run("tar", ["-czf", join(folder, "etcd.tar.gz"), "-C", join(folder, "src"), "v1"]);
            const archive = await readFile(join(folder, "etcd.tar.gz"));
            await withServer(
                (request, response) =>
                    response.end(request.url === "/sums" ? `${hashOf(archive)}  etcd.tar.gz\n` : archive),
                async (base) => {
                    const release = { url: `${base}/etcd.tar.gz`, sha256Url: `${base}/sums`, member: "v1/etcd" };
                    const binary = await downloadRelease(release, join(folder, "out"), "etcd", () => undefined);
                    assert.equal((await run(binary, [])).stdout, "3.6.16\n");
                },
            );
        }));

    it("refuses a file with another checksum than the published one", () =>
        withFolder((folder) =>
            withServer(
                (request, response) => response.end(request.url === "/kwok" ? "forged" : hashOf("real")),
                async (base) => {
                    const release = { url: `${base}/kwok`, sha256Url: `${base}/kwok.sha256` };
                    await assert.rejects(
                        downloadRelease(release, folder, "kwok", () => undefined),
                        new RegExp(`SHA-256 is ${hashOf("forged")}.* says ${hashOf("real")}`),
                    );
                },
            ),
        ));

    it("finds a hash in both forms that projects publish", () => {
        const hash = hashOf("x");
        assert.equal(findSha256(`${hash}\n`, "kubectl"), hash);
        assert.equal(findSha256(`${hashOf("y")}  a.tar.gz\n${hash} *dist/b.tar.gz\n`, "b.tar.gz"), hash);
        assert.equal(findSha256("<html>not found</html>", "b.tar.gz"), undefined);
    });

    it("is tried only when all hosts answer in time", async () => {
        const answer = (status: number) => () => Promise.resolve(new Response(null, { status }));
        assert.equal(await downloadsAnswer(answer(200)), true);
        assert.equal(await downloadsAnswer(answer(301)), true);
        assert.equal(await downloadsAnswer(answer(503)), false);
        assert.equal(await downloadsAnswer(() => Promise.reject(new TypeError("fetch failed"))), false);
        const silent: typeof fetch = (_, init) =>
            new Promise((_resolve, reject) => {
                init?.signal?.addEventListener("abort", () => {
                    reject(new Error("aborted"));
                });
            });
        const start = performance.now();
        assert.equal(await downloadsAnswer(silent, 100), false);
        assert.ok(performance.now() - start < 2_000);
    });

    it("has a release for Linux and, of server binaries, for nothing else", () => {
        const release = (name: keyof typeof tools, os: string) => {
            const { release: found } = tools[name];
            return found === "automation" ? undefined : found({ os, arch: "arm64" });
        };
        assert.match(release("kube-apiserver", "linux")?.url ?? "", /\/v1\.36\.3\/bin\/linux\/arm64\/kube-apiserver$/);
        assert.equal(release("kube-apiserver", "darwin"), undefined);
        assert.match(release("kubectl", "darwin")?.url ?? "", /\/darwin\/arm64\/kubectl$/);
    });
});
