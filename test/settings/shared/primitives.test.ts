import assert from "node:assert/strict";
import type { z } from "zod";
import * as p from "../../../settings/shared/primitives";
import { scheduling } from "../../../settings/shared/scheduling";

const LONG = "x".repeat(63);

/** What each primitive accepts and rejects; the sources of the rules are documented with the primitives. */
const CASES: Readonly<Record<string, [schema: z.ZodType, takes: readonly unknown[], refuses: readonly unknown[]]>> = {
    "DNS labels": [p.dnsLabel, ["a", "1a", "a-b", LONG], ["", "A", "-a", "a-", "a.b", `${LONG}x`, "a\n"]],
    "own namespaces": [p.ownNamespace, ["mesh"], ["kube-system", "kube-x", "default"]],
    "DNS names": [p.dnsName, ["a", "a.b-c.1"], ["a.", ".a", "a..b", "a.-b", "A", "a_b", "a".repeat(254)]],
    "lists of names": [p.names, [[], ["a", "b"]], [["a", "a"]]],
    "label keys": [
        p.labelKey,
        ["a", "A_b.c", "example.com/a", `a/${LONG}`],
        ["", "/a", "a/", "a/b/c", "Example.com/a", "-a", "a-", `${LONG}x`],
    ],
    "label values": [p.labelValue, ["", "a", "A_b.c", LONG], ["-a", "a.", "a b", "é", `${LONG}x`]],
    annotations: [
        p.annotations,
        [{}, { "example.com/Role": "any\ntext" }],
        [{ "a b": "" }, { a: 1 }, { a: "x".repeat(256 * 1024) }],
    ],
    "keys of Secrets": [p.secretKey, ["tls.crt", ".a", "a..b"], [".", "..", "..a", "a/b", "", "a".repeat(254)]],
    "Pod Security versions": [p.podSecurityVersion, ["latest", "v1.0", "v1.36"], ["v1.06", "1.36", "v2.0", "v1.", ""]],
    "CPU quantities": [p.cpu, ["1m", "0.5", "5.", "+1", 2, 0.25], ["0", "1n", "0.5m", "-1", "1e30", "half", -1]],
    "quantities of bytes": [p.bytes, ["1Mi", "1e9", "5.G", 1e9], ["1n", "400m", "0", "1Ki", "8Ei", "64MB"]],
    "IP ranges": [
        p.cidr,
        ["0.0.0.0/0", "::/0", "10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "::1/128", "2001:DB8::/32"],
        [
            ...["10.0.0.1/8", "10.0.0.0", "010.0.0.0/8", "10.0.0.0/08", "10.0.0.0/33", "::1/64", "::/129"],
            ...["::ffff:10.0.0.0/104", "::ffff:a00:0/104", "fe80::1%1/128", "10.0.0/8", "a/8"],
        ],
    ],
    paths: [
        p.absolutePath,
        ["/tmp", "/tmp/", "/a b", "/..a"],
        ["/", "//", "/a/../b", "/..", "/a/./b", "/a//b", "/a:b", "a"],
    ],
    "HTTP paths": [p.httpPath, ["/", "/metrics", "/a?".slice(0, 2)], ["a", "/a b", '/a"', "/a?b", "/a#b"]],
    "URLs of web servers": [
        p.httpUrl,
        ["http://a", "https://a.example:8443/x?y=1", "https://[::1]:8443/"],
        [
            "https://a:0",
            "https://a:65536",
            "https://a./x",
            "https://.a",
            "https://u@a",
            "https://a b",
            "ftp://a",
            "https://[",
        ],
    ],
    "mail servers": [p.hostAndPort("a mail server"), ["a:25"], ["a", "a:0", "a:65536", "a.:25", ".a:25"]],
    "trust domains": [p.trustDomain, ["a", "a_b.example"], ["a.", ".a", "a..b", "A", "spiffe://a", "_a", ""]],
    "image names": [
        p.imageName,
        ["a", "a.b", "a__b", "a--b", "registry.example.com:5000/a/b"],
        ["a..b", "a___b", "A", "a:1", "a/", "/a", "a.", "a:0/b", "a:65536/b", "x".repeat(256)],
    ],
    registries: [p.registry, ["a.example", "a.example:5000/mirror"], ["a.", "a..b", "a:0", "https://a", "a/"]],
    versions: [p.version("a version"), ["1.2.3", "0.0.0"], ["01.2.3", "1.02.3", "1.2", "v1.2.3", "1.2.3-rc"]],
};

describe("Settings follow Kubernetes", () => {
    for (const [what, [schema, takes, refuses]] of Object.entries(CASES)) {
        it(`in ${what}`, () => {
            for (const value of takes) {
                assert.ok(schema.safeParse(value).success, `${JSON.stringify(value)} is refused`);
            }
            for (const value of refuses) {
                assert.ok(!schema.safeParse(value).success, `${JSON.stringify(value).slice(0, 80)} is accepted`);
            }
        });
    }

    const required = (expression: object) => ({ nodeAffinity: { required: [{ key: "a", ...expression }] } });
    const refused: [string, object][] = [
        ["a toleration without key and operator Exists", { tolerations: [{ effect: "NoSchedule" }] }],
        ["a toleration with a value for Exists", { tolerations: [{ key: "a", operator: "Exists", value: "b" }] }],
        ["seconds without NoExecute", { tolerations: [{ key: "a", tolerationSeconds: 5, effect: "NoSchedule" }] }],
        ["a taint key that is no label key", { tolerations: [{ key: "a b", value: "c" }] }],
        ["a taint value that is no label value", { tolerations: [{ key: "a", value: "b c" }] }],
        ["In without values", required({ operator: "In" })],
        ["Exists with values", required({ operator: "Exists", values: ["b"] })],
        ["Gt with two values", required({ operator: "Gt", values: ["1", "2"] })],
        ["Gt with a text", required({ operator: "Gt", values: ["b"] })],
        ["one topology spread constraint twice", { topologySpread: [{ topologyKey: "a" }, { topologyKey: "a" }] }],
    ];
    for (const [what, value] of refused) {
        it(`in scheduling: no ${what}`, () => {
            assert.ok(!scheduling.safeParse(value).success);
        });
    }

    it("in scheduling: what is complete is accepted", () => {
        const value = {
            tolerations: [
                { operator: "Exists" },
                { key: "a", value: "b" },
                { key: "a", effect: "NoExecute", tolerationSeconds: 5 },
            ],
            ...required({ operator: "Gt", values: ["5"] }),
            topologySpread: [{ topologyKey: "a" }, { topologyKey: "a", whenUnsatisfiable: "DoNotSchedule" }],
        };
        assert.ok(scheduling.safeParse(value).success);
    });
});
