import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chartRefusals, chartVersion } from "../../../preflight/monitoring/chart";
import { chartSource, type OwnChart } from "../../../components/monitoring/chart";
import { closedPort, http, https, type LocalServer } from "../../support/localServer";
import { lastingFolder } from "../../support/temporary";

const DIGEST = `sha256:${"a".repeat(64)}`;

/** One file of a tar archive. */
function entry(name: string, content: string): Buffer {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(Buffer.byteLength(content).toString(8).padStart(11, "0"), 124);
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
    body.write(content);
    return Buffer.concat([header, body]);
}

/** A setting that names a packed chart in a new folder. */
function packed(name: string, version: string, sha256?: string) {
    const chartYaml = `apiVersion: v2\nname: ${name}\nversion: ${version}\n`;
    const files = [
        entry(`${name}/charts/sub/Chart.yaml`, "name: sub\nversion: 0.0.1\n"),
        entry(`${name}/Chart.yaml`, chartYaml),
    ];
    return file(gzipSync(Buffer.concat([...files, Buffer.alloc(1024)])), sha256);
}

function file(content: Buffer, sha256 = createHash("sha256").update(content).digest("hex")) {
    const path = join(lastingFolder("chart-"), "chart.tgz");
    writeFileSync(path, content);
    return { type: "file", path, sha256, upgradeCrds: false } as const;
}

describe("A packed chart", () => {
    it("with the right SHA-256 is taken, and its version is read from it", async () => {
        const chart = packed("kube-prometheus-stack", "88.5.3");
        assert.deepEqual(await chartRefusals(chart), []);
        assert.equal(chartVersion(chart), "88.5.3");
    });

    it("with another SHA-256 is refused, with both and the command that prints it", async () => {
        const chart = packed("kube-prometheus-stack", "88.5.3", "0".repeat(64));
        const [only, ...others] = await chartRefusals(chart);
        assert.match(only ?? "", /monitoring\.chart\.sha256 is 0{64}, but that of .*chart\.tgz is [0-9a-f]{64}/);
        assert.match(only ?? "", /sha256sum .*chart\.tgz/);
        assert.deepEqual(others, []);
    });

    it("that is not there is refused by its path", async () => {
        const chart = { type: "file", path: "charts/none.tgz", sha256: "0".repeat(64), upgradeCrds: false } as const;
        const [only] = await chartRefusals(chart);
        assert.match(only ?? "", /monitoring\.chart\.path is charts\/none\.tgz, but \/.*cannot be read \(ENOENT\)/);
        assert.equal(chartVersion(chart), undefined);
    });

    it("of something else is refused by its name", async () => {
        assert.match(
            (await chartRefusals(packed("nginx", "1.0.0")))[0] ?? "",
            /holds the chart nginx, not kube-prometheus-stack/,
        );
    });

    for (const [what, content] of [
        ["no archive", Buffer.from("not gzip")],
        ["an empty archive", gzipSync(Buffer.alloc(1024))],
    ] as const) {
        it(`that is ${what} is refused`, async () => {
            assert.match((await chartRefusals(file(content)))[0] ?? "", /which is not a packed chart/);
        });
    }
});

describe("A chart's source on the network", () => {
    const servers: LocalServer[] = [];
    const proxies = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];
    const before_ = proxies.map((name) => [name, process.env[name]] as const);

    beforeEach(() => {
        proxies.forEach((name) => Reflect.deleteProperty(process.env, name));
    });

    afterEach(async () => {
        before_.forEach(([name, value]) => value !== undefined && (process.env[name] = value));
        await Promise.all(servers.splice(0).map((server) => server.close()));
    });

    /** A local chart repository. */
    const repository = (port: number, over: object = {}): Extract<OwnChart, { type: "repository" }> => ({
        type: "repository",
        url: `http://127.0.0.1:${port}/charts/`,
        version: "88.5.3",
        upgradeCrds: false,
        checkReachable: true,
        ...over,
    });

    async function serving(status: number): Promise<{ port: number; asked: string[] }> {
        const asked: string[] = [];
        const server = await http(({ method = "", url = "" }, response) => {
            asked.push(`${method} ${url}`);
            response.writeHead(status).end();
        });
        servers.push(server);
        return { port: server.port, asked };
    }

    it("that responds is accepted; its index is requested, and nothing is downloaded", async () => {
        const { port, asked } = await serving(200);
        assert.deepEqual(await chartRefusals(repository(port)), []);
        assert.deepEqual(asked, ["HEAD /charts/index.yaml"]);
    });

    it("that no server provides is rejected with the setting and the possible fixes", async () => {
        const [only, ...others] = await chartRefusals(repository(await closedPort()));
        assert.match(
            only ?? "",
            /^monitoring\.chart\.url: http:.* does not answer \(.*ECONNREFUSED.*nothing of monitoring/,
        );
        assert.match(only ?? "", /monitoring\.chart\.type file/);
        assert.match(only ?? "", /monitoring\.enabled false/);
        assert.deepEqual(others, []);
    });

    it("without an index is refused", async () => {
        const { port } = await serving(404);
        assert.match((await chartRefusals(repository(port)))[0] ?? "", /answers 404 for \/charts\/index\.yaml/);
    });

    it("is not queried if the setting disables it", async () => {
        const { port, asked } = await serving(404);
        assert.deepEqual(await chartRefusals(repository(port, { checkReachable: false })), []);
        assert.deepEqual(asked, []);
    });

    it("behind a proxy is left to helm", async () => {
        process.env.http_proxy = "http://proxy.example.com:3128";
        const chart = { ...repository(await closedPort()), url: "http://charts.test/charts" };
        assert.deepEqual(await chartRefusals(chart), []);
    });

    it("that is a registry is queried for the digest's manifest", async () => {
        const server = await https((_, response) => response.writeHead(200).end());
        servers.push(server);
        const chart = { ...OCI, reference: `oci://127.0.0.1:${server.port}/charts/stack` };
        const [only] = await chartRefusals(chart);
        assert.match(
            only ?? "",
            new RegExp(`monitoring\\.chart\\.digest: .*\\n.*/v2/charts/stack/manifests/${DIGEST}`),
        );
    });
});

const OCI = {
    type: "oci",
    reference: "oci://registry.example.com/charts/kube-prometheus-stack",
    digest: DIGEST,
    version: "88.5.3",
    upgradeCrds: false,
    checkReachable: true,
} as const;

describe("The release's chart", () => {
    it("comes from a repository by exact version", () => {
        const url = "https://charts.example.com";
        const chart = { type: "repository", url, version: "88.5.3", upgradeCrds: false, checkReachable: true } as const;
        assert.deepEqual(chartSource(chart), {
            chart: "kube-prometheus-stack",
            version: "88.5.3",
            repositoryOpts: { repo: url },
        });
    });

    it("comes from a registry by digest", () => {
        assert.equal(chartSource(OCI).chart, `oci://registry.example.com/charts/kube-prometheus-stack@${DIGEST}`);
    });

    it("comes from a file by a path that is the same on every machine", () => {
        const chart = { type: "file", path: "charts/stack.tgz", sha256: "", upgradeCrds: false } as const;
        assert.deepEqual(chartSource(chart), { chart: "charts/stack.tgz" });
    });
});
