import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PLACEHOLDER, StackFile } from "../../engine/stackFile";
import { withFolder } from "../support/temporary";

/** A stack file that `pulumi stack init` and `pulumi config set --secret` have written to. */
const ENCRYPTED = `secretsprovider: passphrase
encryptedkey: AQICAHi
encryptionsalt: v1:abc=:v1:def:ghi
config:
  # No secret
  x0tta6bl4:mesh:
    logLevel: DEBUG # for now
    env:
      TOKEN:
        secure: v1:one:two
    list:
      - secure: v1:three:four
  x0tta6bl4:grafanaPassword:
    secure: v1:five:six
  kubernetes:secure: "yes"
`;

/** Reads a stack file of this content, and gives the folder that it is in. */
const withFile = (text: string, work: (file: StackFile, folder: string) => void): Promise<void> =>
    withFolder((folder) => {
        writeFileSync(join(folder, "Pulumi.staging.yaml"), text);
        work(StackFile.open(folder, "staging"), folder);
        return Promise.resolve();
    });

describe("A stack file", () => {
    it("has no key of the stack and no encrypted value in a copy, at any depth", () =>
        withFile(ENCRYPTED, (file, folder) => {
            const copy = join(folder, "copy.yaml");
            file.writeCopy(copy, { cluster: { context: "here" } }, "v1:own");
            assert.deepEqual(parse(readFileSync(copy, "utf8")), {
                encryptionsalt: "v1:own",
                config: {
                    "x0tta6bl4:mesh": { logLevel: "DEBUG", env: { TOKEN: PLACEHOLDER }, list: [PLACEHOLDER] },
                    "x0tta6bl4:grafanaPassword": PLACEHOLDER,
                    "kubernetes:secure": "yes",
                    "x0tta6bl4:cluster": { context: "here" },
                },
            });
            assert.match(readFileSync(copy, "utf8"), /# No secret\n[^]*# for now\n/);
            assert.equal(readFileSync(file.path, "utf8"), ENCRYPTED);
        }));

    it("names its encrypted settings, those within a section too", () =>
        withFile(ENCRYPTED, (file) => {
            assert.deepEqual([...file.secretKeys].sort(), ["grafanaPassword", "mesh"]);
            assert.deepEqual(file.section("mesh"), {
                logLevel: "DEBUG",
                env: { TOKEN: PLACEHOLDER },
                list: [PLACEHOLDER],
            });
            assert.equal(JSON.stringify(file.values).includes("v1:"), false);
        }));

    it("can be copied when it is empty or missing", () =>
        withFile("", (file, folder) => {
            for (const source of [file, StackFile.open(folder, "prod")]) {
                source.writeCopy(join(folder, "copy.yaml"), { cluster: { context: "here" } });
                assert.deepEqual(StackFile.open(folder, "copy").cluster, {});
                assert.deepEqual(parse(readFileSync(join(folder, "copy.yaml"), "utf8")), {
                    config: { "x0tta6bl4:cluster": { context: "here" } },
                });
            }
        }));

    for (const lineEnd of ["\n", "\r\n"]) {
        it(`keeps comments, order and line ends when it is written: ${JSON.stringify(lineEnd)}`, () => {
            const lines = [
                "# Settings",
                "config:",
                "  x0tta6bl4:mesh:",
                "    logLevel: DEBUG # for now",
                "    note: |",
                "      two",
                "      lines",
                "  x0tta6bl4:cluster:",
                "    context: old",
                "    # not here",
                "    checkReachable: false",
                "",
            ];
            return withFile(lines.join(lineEnd), (file) => {
                file.writeCluster({ context: "new" });
                assert.equal(
                    readFileSync(file.path, "utf8"),
                    lines.join(lineEnd).replace("context: old", "context: new"),
                );
                assert.deepEqual(file.section("mesh"), { logLevel: "DEBUG", note: "two\nlines\n" });
            });
        });
    }

    it("takes values of settings, with its comments, order and line ends, and makes the sections that are missing", () =>
        withFile(
            "config:\r\n  # first\r\n  x0tta6bl4:mesh:\r\n    logLevel: DEBUG # for now\r\n    image:\r\n  x0tta6bl4:spire: {}\r\n",
            (file) => {
                file.writeValues({ "mesh.image.digest": "sha256:a", "spire.images.agent.digest": "sha256:b" });
                const text = readFileSync(file.path, "utf8");
                assert.equal(text.replaceAll("\r\n", "").includes("\n"), false);
                assert.match(
                    text,
                    /# first\r\n {2}x0tta6bl4:mesh:\r\n {4}logLevel: DEBUG # for now\r\n {4}image:\r\n {6}digest: sha256:a\r\n/,
                );
                file.writeValues({ "monitoring.images.digests.grafana": "sha256:c", "mesh.image.digest": "sha256:d" });
                assert.deepEqual(parse(readFileSync(file.path, "utf8")), {
                    config: {
                        "x0tta6bl4:mesh": { logLevel: "DEBUG", image: { digest: "sha256:d" } },
                        "x0tta6bl4:spire": { images: { agent: { digest: "sha256:b" } } },
                        "x0tta6bl4:monitoring": { images: { digests: { grafana: "sha256:c" } } },
                    },
                });
            },
        ));

    it("names the setting that has no place in it", () =>
        withFile("config:\n  x0tta6bl4:mesh:\n    image: web\n", (file) => {
            assert.throws(() => {
                file.writeValues({ "mesh.image.digest": "a" });
            }, /mesh\.image\.digest cannot be set in \S+Pulumi\.staging\.yaml/);
        }));

    it("knows the line of a setting, or else of the section that it would be in", () =>
        withFile("# head\nconfig:\n  x0tta6bl4:mesh:\n    image:\n      tag: 1.0.0\n    env: {}\n", (file) => {
            for (const [setting, line] of [
                ["mesh.image.tag", 5],
                ["mesh.image.digest", 4],
                ["mesh.delivery.type", 3],
                ["spire.version", 2],
            ] as const) {
                assert.equal(file.lineOf(setting), line, setting);
            }
        }));
});
