import assert from "node:assert/strict";
import { parseSettings } from "../../settings";
import { mesh, messageOf, parse } from "../support/parseSettings";

describe("Settings: defaults", () => {
    it("need no more than a context and the choices of SPIRE", () => {
        const settings = parse();
        assert.equal(settings.mesh.image.repository, "x0tta6bl4");
        assert.equal(settings.mesh.image.tag, "3.4.0");
        assert.equal(settings.mesh.namespace, "x0tta6bl4-staging");
        assert.deepEqual(settings.mesh.resources, {
            requests: { cpu: "100m", memory: "128Mi" },
            limits: { cpu: "500m", memory: "512Mi" },
        });
        assert.equal(settings.spire.trustDomain, "x0tta6bl4.mesh");
    });

    it("take namespace and environment from the stack", () => {
        const settings = parse({}, "prod");
        assert.equal(settings.mesh.namespace, "x0tta6bl4-production");
        assert.equal(settings.environment.name, "production");
    });

    it("are frozen to the last leaf", () => {
        assert.throws(() => Object.assign(parse().mesh.image, { tag: "changed" }), TypeError);
    });

    it("lower the Pod Security level only for what needs it", () => {
        assert.equal(parse().mesh.podSecurity.level, "restricted");
        assert.equal(parse({ mesh: { spireSocket: { type: "hostPath" } } }).mesh.podSecurity.level, "privileged");
        assert.equal(parse({ mesh: { ebpf: { enabled: true } } }).mesh.podSecurity.level, "privileged");
    });
});

describe("Settings: faults", () => {
    it("are reported together, each with key, value, allowed values and the command", () => {
        const message = mesh({ replicas: 0, logLevel: "VERBOSE", image: { tag: "bad tag" } });
        assert.match(message, /^3 invalid settings in stack staging:\n/);
        assert.match(
            message,
            /mesh\.replicas = 0\n +must be: at least 1\n +fix: +pulumi config set --stack staging --path mesh\.replicas VALUE/,
        );
        assert.match(
            message,
            /mesh\.logLevel = a text of \d+ characters?\n +must be: DEBUG, INFO, WARNING, ERROR or CRITICAL/,
        );
        assert.match(message, /mesh\.image\.tag = a text of 7 characters\n +must be: an image tag/);
    });

    it("carry no stack trace when Pulumi prints them", () => {
        const error = (() => {
            try {
                parse({ mesh: { replicas: -1 } });
            } catch (caught) {
                return caught;
            }
            return undefined;
        })();
        // Pulumi recognises RunError by this marker and prints the message alone.
        assert.equal(Reflect.get(Object(error), "__pulumiRunError"), true);
    });

    it("name a missing context and how to set it", () => {
        const message = messageOf({ cluster: {} });
        assert.match(message, /cluster\.context \(not set\)/);
        assert.match(message, /kubectl config get-contexts/);
        assert.match(message, /pulumi config set --stack staging --path cluster\.context VALUE/);
    });

    it("report a key of another type as one to remove", () => {
        const storage = { type: "emptyDir", storageClass: "fast" };
        assert.match(
            messageOf({ monitoring: { prometheus: { storage } } }),
            /storage\.storageClass = a text of \d+ characters?\n +must be: removed: the chosen type has no such key/,
        );
    });

    it("never show what an unknown key of a list's entry holds, and name its neighbours only", () => {
        const receiver = { name: "chat", type: "slack", channel: "#x", secret: { name: "a", key: "b" } };
        const said = (more: object) =>
            messageOf({ monitoring: { alertmanager: { receivers: [{ ...receiver, ...more }] } } });
        const url = said({ url: "https://hooks.invalid/secret" });
        assert.match(
            url,
            /receivers\[0\]\.url = an? (text|number|object) of \d+ \w+\n +must be: removed: there is no such setting/,
        );
        assert.doesNotMatch(url, /hooks\.invalid/);
        assert.match(said({ chanel: "#y" }), /the nearest is monitoring\.alertmanager\.receivers\[0\]\.channel/);
        assert.match(said({ chatId: 1 }), /receivers\[0\]\.chatId = a number\n +must be: removed/);
    });

    it("never show what was put in the place of a Secret's name, nor the user of a URL", () => {
        const receiver = { name: "chat", type: "slack", channel: "#x" };
        for (const secret of ["https://hooks.invalid/x", { name: "https://hooks.invalid/x", key: "k" }]) {
            const message = messageOf({ monitoring: { alertmanager: { receivers: [{ ...receiver, secret }] } } });
            assert.match(
                message,
                /secret(\.name)? = an? (text|number|object) of \d+ \w+\n +must be: (an object|a DNS name)/,
            );
            assert.doesNotMatch(message, /hooks\.invalid/);
        }
        const remoteWrite = [{ url: "https://ann:pass@metrics.invalid/w" }];
        const message = messageOf({ monitoring: { prometheus: { remoteWrite } } });
        assert.match(message, /url = a text of 34 characters\n/);
    });

    it("name the nearest known key for an unknown one, at every depth", () => {
        assert.match(
            mesh({ replica: 2 }),
            /mesh\.replica = a number\n +must be: a known key; the nearest is mesh\.replicas/,
        );
        assert.match(mesh({ image: { tga: "1" } }), /the nearest is mesh\.image\.tag/);
        assert.match(mesh({ tag: "1" }), /the nearest is mesh\.image\.tag/);
        assert.match(mesh({ data: { type: "emptyDir", siez: "1Gi" } }), /mesh\.data\.size/);
        assert.match(
            messageOf({ mehs: {} }),
            /mehs = an object of 0 keys\n +must be: one of cluster, mesh, spire, monitoring, cost, grafanaPassword; the nearest is mesh/,
        );
        assert.match(messageOf({ junk: 1 }), /junk = a number\n +must be: one of cluster, mesh, .*, grafanaPassword\n/);
        assert.match(mesh({ quux: 1 }), /mesh\.quux = a number\n +must be: removed: there is no such setting/);
    });

    it("never show a value of a key that holds a secret", () => {
        const message = messageOf({ mesh: { image: { tag: "hunter2 hunter2" }, hunter: "hunter2" } }, "staging", [
            "mesh",
        ]);
        assert.doesNotMatch(message, /hunter2/);
        assert.match(message, /mesh\.image\.tag = \[secret\]/);
    });

    it("refuse a stack that is neither staging nor prod", () => {
        assert.match(
            messageOf({}, "dev"),
            /stack = "dev"\n +must be: staging or prod\n +fix: +pulumi stack select staging/,
        );
    });

    it("refuse a section that is no object", () => {
        const bad = () =>
            parseSettings({ stack: "staging", values: { cluster: "{}", mesh: "three" }, secretKeys: new Set() });
        assert.throws(bad, /mesh = a text of \d+ characters?\n +must be: a value of type object/);
    });

    const malformed: [string, unknown, RegExp][] = [
        [
            "a CPU quantity",
            { resources: { limits: { cpu: "half" } } },
            /mesh\.resources\.limits\.cpu = a text of \d+ characters?\n +must be: a Kubernetes quantity/,
        ],
        [
            "a memory quantity",
            { resources: { requests: { memory: "64MB" } } },
            /requests\.memory = a text of \d+ characters?\n +must be: a Kubernetes quantity/,
        ],
        ["a negative quantity", { resources: { limits: { cpu: "-1" } } }, /limits\.cpu = a text of \d+ characters?/],
        [
            "a size of zero",
            { data: { type: "emptyDir", size: "0" } },
            /mesh\.data\.size = a text of \d+ characters?\n +must be: a Kubernetes quantity/,
        ],
        [
            "a duration",
            { terminationGracePeriodSeconds: "30s" },
            /terminationGracePeriodSeconds = a text of \d+ characters?\n +must be: a whole number of seconds/,
        ],
        ["replicas", { replicas: -3 }, /mesh\.replicas = -3\n +must be: at least 1/],
        ["a fraction of a replica", { replicas: 1.5 }, /mesh\.replicas = 1\.5\n +must be: a whole number/],
        [
            "an image repository",
            { image: { repository: "Not/An/Image" } },
            /image\.repository = a text of \d+ characters?\n +must be: an image name without tag/,
        ],
        [
            "an image with its tag in the repository",
            { image: { repository: "app:1.0" } },
            /image\.repository = a text of \d+ characters?/,
        ],
        [
            "a digest",
            { image: { digest: "sha256:abc" } },
            /image\.digest = a text of \d+ characters?\n +must be: sha256: and 64/,
        ],
        ["a privileged port", { ports: { http: 80 } }, /ports\.http = 80\n +must be: at least 1024/],
        [
            "a namespace",
            { namespace: "Has_Upper" },
            /mesh\.namespace = a text of \d+ characters?\n +must be: a DNS label/,
        ],
        [
            "an IP range",
            { networkPolicy: { dnsCidrs: ["10.0.0.1"] } },
            /dnsCidrs\[0\] = a text of \d+ characters?\n +must be: an IP range/,
        ],
        ["the kind of data volume", { data: { type: "hostPath" } }, /mesh\.data\.type = a text of \d+ characters?/],
        [
            "an egress rule with two destinations",
            { networkPolicy: { egress: [{ name: "x", cidr: "10.0.0.0/8", namespace: "y", ports: [{ port: 1 }] }] } },
            /egress\[0\].*\n +must be: either cidr, or/,
        ],
        ["an environment variable's name", { env: { "BAD-NAME": "1" } }, /mesh\.env/],
    ];
    for (const [what, settings, expected] of malformed) {
        it(`refuse ${what} that is malformed`, () => {
            assert.match(mesh(settings), expected);
        });
    }
});
