import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import type { Api } from "../../local/controlPlane/api";
import { checkAskedChart, type LocalMonitoring, localMonitoring } from "../../local/monitoring";
import { chosenChart, rememberChart } from "../../local/monitoring/chosenChart";
import { localPaths } from "../../process/paths";
import { createProgress } from "../../terminal/progress";
import { up } from "../../local/up";
import { withFolder } from "../support/temporary";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const NAMESPACE = "/api/v1/namespaces/monitoring";
const SECRETS = `${NAMESPACE}/secrets`;

/** Path of Helm's records of the release. */
const RECORDS = `${SECRETS}?labelSelector=owner=helm,name=prometheus`;

/** Helm's record of a revision. */
const record = (name: string, revision: number, status: string) => ({
    metadata: { name, creationTimestamp: "2026-01-01T00:00:00Z", labels: { status, version: String(revision) } },
});

/** A cluster that answers with these objects by path, query included; a path that it lacks answers 404. */
function apiOf(objects: Readonly<Record<string, unknown>> = {}) {
    const calls: string[] = [];
    const api: Api = {
        send: (method, path) => {
            const decoded = decodeURIComponent(path);
            calls.push(`${method} ${decoded}`);
            if (method === "POST") {
                return Promise.resolve({ status: 201, body: "{}" });
            }
            const found = objects[decoded] ?? (decoded.includes("?") ? { items: [] } : undefined);
            return Promise.resolve({ status: found === undefined ? 404 : 200, body: JSON.stringify(found ?? {}) });
        },
        close: () => {
            calls.push("close");
        },
    };
    return { calls, open: () => Promise.resolve(api) };
}

/** A packed chart of this name, as small as one can be. */
function pack(folder: string, name = "kube-prometheus-stack"): string {
    const content = Buffer.from(`name: ${name}\nversion: 88.5.3\n`);
    const header = Buffer.alloc(512);
    header.write(`${name}/Chart.yaml`, 0);
    header.write(content.length.toString(8), 124);
    const file = join(folder, `${name}.tgz`);
    writeFileSync(file, gzipSync(Buffer.concat([header, content, Buffer.alloc(512 - content.length)])));
    return file;
}

const home = (environment: string) => ({ [NAMESPACE]: { metadata: { labels: { environment } } } });

const unreachable = { chart: { type: "repository", url: "https://127.0.0.1:1" } };

const sectionOf = ({ section }: LocalMonitoring) => z.record(z.string(), z.unknown()).parse(section);

const chartOf = (made: LocalMonitoring) =>
    z.looseObject({ type: z.string(), path: z.string().optional() }).parse(sectionOf(made).chart);

describe("Monitoring on the embedded cluster", () => {
    it("is disabled if the stack disables it, and the cluster is not queried", async () => {
        const { calls, open } = apiOf();
        const made = await localMonitoring(open, "staging", { enabled: false }, undefined);
        assert.deepEqual(made, { section: { enabled: false }, replacesCrds: false });
        assert.deepEqual(calls, []);
    });

    it("passes invalid settings on unchanged: the program reports all of them", async () => {
        for (const given of [{ chart: { type: "file" } }, { enabled: "yes" }, { namespace: "A B" }, "text"]) {
            const { calls, open } = apiOf();
            assert.deepEqual(await localMonitoring(open, "staging", given, undefined), {
                section: given,
                replacesCrds: false,
            });
            assert.deepEqual(calls, []);
        }
    });

    it("installs a packed chart by its checksum, waits for no webhook, and asks for no receiver's Secret", () =>
        withFolder(async (folder) => {
            const file = pack(folder);
            const { calls, open } = apiOf();
            const given = { ...unreachable, operator: { webhook: { replicas: 2 } }, alertmanager: { replicas: 3 } };
            const made = await localMonitoring(open, "staging", given, { file, remembered: false });
            assert.equal(chartOf(made).path, file);
            assert.deepEqual(sectionOf(made).operator, { webhook: { replicas: 2, failurePolicy: "Ignore" } });
            assert.deepEqual(sectionOf(made).alertmanager, { replicas: 3, checkSecrets: false });
            assert.equal(made.installs?.type, "file");
            assert.equal(made.note, undefined);
            assert.ok(!calls.some((call) => call.startsWith("POST")));
            assert.equal(calls.at(-1), "close");
        }));

    it("frees a release that a killed run left pending, and nothing else", () =>
        withFolder(async (folder) => {
            const name = "sh.helm.release.v1.prometheus.v2";
            const items = [
                record("sh.helm.release.v1.prometheus.v1", 1, "deployed"),
                record(name, 2, "pending-upgrade"),
            ];
            const { calls, open } = apiOf({ [RECORDS]: { items }, [`${SECRETS}/${name}`]: {} });
            await localMonitoring(open, "staging", {}, { file: pack(folder), remembered: false });
            assert.deepEqual(
                calls.filter((call) => call.startsWith("DELETE")),
                [`DELETE ${SECRETS}/${name}`],
            );
        }));

    it("replaces the CRDs that an earlier run created by those of the chart", () =>
        withFolder(async (folder) => {
            const made = `${CRDS}?labelSelector=app.kubernetes.io/managed-by=x0tta6bl4-local`;
            const chosen = { file: pack(folder), remembered: false };
            for (const [items, replaces] of [
                [[{}], true],
                [[], false],
            ] as const) {
                const { open } = apiOf({ [made]: { items } });
                assert.equal((await localMonitoring(open, "staging", {}, chosen)).replacesCrds, replaces);
            }
        }));

    it("continues without a chart whose source does not answer, with the operator's kinds, and says so", async () => {
        const { calls, open } = apiOf();
        const made = await localMonitoring(open, "staging", unreachable, undefined);
        assert.deepEqual(chartOf(made), { type: "existing", createNamespace: true });
        assert.equal(made.installs, undefined);
        assert.equal(calls.filter((call) => call === `POST ${CRDS}`).length, 3);
        assert.match(made.note ?? "", /does not answer: only ServiceMonitors.*--chart FILE\.tgz/);
    });

    it("says that the installed chart is removed where the source no longer answers", async () => {
        const { open } = apiOf({ ...home("staging"), [RECORDS]: { items: [record("x", 1, "deployed")] } });
        const { note } = await localMonitoring(open, "staging", unreachable, undefined);
        assert.match(note ?? "", /the installed release is removed/);
    });

    it("belongs to the stack that came first: the other adds its rules, and no dashboards", async () => {
        const { open } = apiOf(home("production"));
        const made = await localMonitoring(open, "staging", unreachable, undefined);
        assert.deepEqual(chartOf(made), { type: "existing", createNamespace: false });
        assert.equal(sectionOf(made).dashboards, false);
        assert.match(made.note ?? "", /is the other stack's/);
        const own = await localMonitoring(apiOf(home("production")).open, "prod", unreachable, undefined);
        assert.equal(sectionOf(own).dashboards, undefined);
    });

    it("refuses a packed chart that is invalid, unreadable or another chart, and removes nothing", () =>
        withFolder(async (folder) => {
            const text = join(folder, "text.tgz");
            writeFileSync(text, "no chart");
            for (const [file, remembered, reason] of [
                [join(folder, "gone.tgz"), false, /^--chart \S+gone\.tgz cannot be used: .*\(ENOENT\)/],
                [text, false, /^--chart \S+text\.tgz cannot be used: .*not a packed chart/],
                [pack(folder, "loki"), false, /holds the chart loki, not kube-prometheus-stack/],
                [
                    join(folder, "gone.tgz"),
                    true,
                    /^The chart that the last run installed monitoring from, \S+gone\.tgz,/,
                ],
            ] as const) {
                const { calls, open } = apiOf();
                await assert.rejects(localMonitoring(open, "staging", {}, { file, remembered }), (error: Error) => {
                    assert.match(error.message, reason);
                    assert.match(error.message, /npm run local -- --chart default/);
                    return true;
                });
                assert.equal(calls.filter((call) => /^(POST|DELETE)/.test(call)).length, 0);
                assert.equal(calls.at(-1), "close");
            }
        }));

    it("reports an unexpected answer of the cluster", async () => {
        const api: Api = {
            send: () => Promise.resolve({ status: 500, body: "etcd is away" }),
            close: () => undefined,
        };
        await assert.rejects(
            localMonitoring(() => Promise.resolve(api), "staging", unreachable, undefined),
            /answers 500: etcd is away/,
        );
    });
});

describe("The packed chart of a local run", () => {
    it("is the one of the last run of the same stack, until another or the stack's own source is asked for", () =>
        withFolder(async (folder) => {
            const paths = localPaths(folder);
            assert.equal(await chosenChart(paths, "staging", undefined), undefined);
            assert.deepEqual(await chosenChart(paths, "staging", "/a.tgz"), { file: "/a.tgz", remembered: false });
            await rememberChart(paths, "staging", "/a.tgz");
            assert.deepEqual(await chosenChart(paths, "staging", undefined), { file: "/a.tgz", remembered: true });
            assert.equal(await chosenChart(paths, "prod", undefined), undefined);
            assert.equal(await chosenChart(paths, "staging", "default"), undefined);
            assert.equal(await chosenChart(paths, "staging", undefined), undefined);
        }));

    it("is found from anywhere: a relative path is kept as an absolute one", async () => {
        const chosen = await chosenChart(localPaths("/nowhere"), "staging", "a.tgz");
        assert.equal(chosen?.file, join(process.cwd(), "a.tgz"));
    });

    it("is checked before anything is started", () =>
        withFolder(async (folder) => {
            const text = join(folder, "text.tgz");
            writeFileSync(text, "no chart");
            const checkout = join(folder, "checkout");
            for (const [file, reason] of [
                [join(folder, "gone.tgz"), /--chart \S+gone\.tgz cannot be used: .*\(ENOENT\)/],
                [text, /--chart \S+text\.tgz cannot be used: .*not a packed chart/],
                [pack(folder, "loki"), /holds the chart loki, not kube-prometheus-stack/],
            ] as const) {
                await assert.rejects(up("staging", createProgress(), localPaths(checkout), file), reason);
                assert.ok(!existsSync(checkout));
            }
            for (const usable of [pack(folder), "default", undefined]) {
                await checkAskedChart(usable);
            }
        }));

    it("is announced when it is that of the last run", () =>
        withFolder(async (folder) => {
            const file = pack(folder);
            const { note } = await localMonitoring(apiOf().open, "staging", {}, { file, remembered: true });
            assert.equal(
                note,
                `Monitoring from ${file}, as in the last run (--chart default: from the stack's own source)`,
            );
        }));
});
