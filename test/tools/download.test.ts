import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import { join } from "node:path";
import { downloadFile, downloadRelease, findSha256 } from "../../tools/download";
import { HASHES } from "../../tools/hashes";
import { downloadsAnswer } from "../../tools/online";
import { TOOLS } from "../../tools/table";
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
    it("writes the file, returns its hash and reports its progress", () =>
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
                    const checked = await downloadRelease(release, join(folder, "out"), "etcd", () => undefined);
                    assert.equal(checked, "published");
                    assert.equal((await run(join(folder, "out", "etcd"), [])).stdout, "3.6.16\n");
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

    it("unpacks every executable where an archive holds a folder of them", () =>
        withFolder(async (folder) => {
            await writeScript(join(folder, "src", "pulumi", "pulumi"), "echo v3.270.0");
            await writeScript(join(folder, "src", "pulumi", "pulumi-language-nodejs"), "echo host");
            await run("tar", ["-czf", join(folder, "p.tar.gz"), "-C", join(folder, "src"), "pulumi"]);
            const archive = await readFile(join(folder, "p.tar.gz"));
            await withServer(
                (_, response) => response.end(archive),
                async (base) => {
                    const url = `${base}/p.tar.gz`;
                    const out = join(folder, "out");
                    const hashes = { [url]: hashOf(archive) };
                    const release = { url, member: "pulumi" };
                    const checked = await downloadRelease(release, out, "pulumi", () => undefined, fetch, hashes);
                    assert.equal(checked, "recorded");
                    assert.equal((await run(join(out, "pulumi-language-nodejs"), [])).stdout, "host\n");
                },
            );
        }));

    it("refuses a file with another hash than the recorded one, whatever its own server publishes", () =>
        withFolder((folder) =>
            withServer(
                (request, response) => response.end(request.url === "/kwok" ? "forged" : hashOf("forged")),
                async (base) => {
                    const url = `${base}/kwok`;
                    const release = { url, sha256Url: `${base}/kwok.sha256` };
                    await assert.rejects(
                        downloadRelease(release, folder, "kwok", () => undefined, fetch, { [url]: hashOf("real") }),
                        new RegExp(`SHA-256 is ${hashOf("forged")}, tools/hashes.ts says ${hashOf("real")}`),
                    );
                },
            ),
        ));

    it("refuses a file that nothing can be checked against", () =>
        withFolder((folder) =>
            withServer(
                (_, response) => response.end("content"),
                async (base) => {
                    await assert.rejects(
                        downloadRelease({ url: `${base}/kwok` }, folder, "kwok", () => undefined),
                        /the project says nothing about the file/,
                    );
                },
            ),
        ));

    it("has hashes for files of the pinned versions only", () => {
        const platforms = ["linux", "darwin"].flatMap((os) => ["amd64", "arm64"].map((arch) => ({ os, arch })));
        const urls = Object.values(TOOLS).flatMap(({ release }) => platforms.map((platform) => release(platform)?.url));
        for (const [url, hash] of Object.entries(HASHES)) {
            assert.ok(urls.includes(url), `${url} is of no pinned version: remove the line, or print a new one`);
            assert.match(hash, /^[0-9a-f]{64}$/);
        }
    });

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
        const release = (name: keyof typeof TOOLS, os: string) => {
            return TOOLS[name].release({ os, arch: "arm64" });
        };
        assert.match(release("kube-apiserver", "linux")?.url ?? "", /\/v1\.36\.3\/bin\/linux\/arm64\/kube-apiserver$/);
        assert.equal(release("kube-apiserver", "darwin"), undefined);
        assert.match(release("kubectl", "darwin")?.url ?? "", /\/darwin\/arm64\/kubectl$/);
    });
});
