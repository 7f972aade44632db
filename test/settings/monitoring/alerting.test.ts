import assert from "node:assert/strict";
import { parseSettings } from "../../../settings";
import { SettingsError } from "../../../settings/shared/faults";
import { RECEIVERS, ROUTING } from "../../support/alertmanager";
import { SPIRE_CHOICES } from "../../support/spireChoices";

type Json = Record<string, unknown>;

function parse(monitoring: Json, more: Record<string, string> = {}, stack = "prod") {
    const sections = { cluster: { context: "test" }, spire: SPIRE_CHOICES, monitoring };
    const values = Object.fromEntries(Object.entries(sections).map(([key, value]) => [key, JSON.stringify(value)]));
    return parseSettings({ stack, values: { ...values, ...more }, secretKeys: new Set(Object.keys(more)) }).monitoring;
}

/** The message about invalid settings; fails if they are accepted. */
function message(monitoring: Json, more: Record<string, string> = {}, stack = "prod"): string {
    try {
        parse(monitoring, more, stack);
    } catch (error) {
        assert.ok(error instanceof SettingsError, String(error));
        return error.message;
    }
    return assert.fail("the settings were accepted");
}

const alertmanager = (given: Json) => ({ alertmanager: given });
const [chat] = RECEIVERS;

describe("Settings of Alertmanager", () => {
    it("accept a receiver of each kind", () => {
        const { receivers } = parse(alertmanager({ receivers: RECEIVERS, routing: ROUTING })).alertmanager;
        assert.deepEqual(
            receivers.map(({ type }) => type),
            ["slack", "pagerduty", "email", "webhook", "telegram"],
        );
    });

    const refused: [string, Json, RegExp][] = [
        [
            "a receiver without its Secret",
            { receivers: [{ ...chat, secret: undefined }], routing: { warning: "chat" } },
            /receivers\[0\]\.secret \(not set\)\n +must be: an object with name and key of an existing Secret/,
        ],
        [
            "a receiver without the key of its Secret",
            { receivers: [{ ...chat, secret: { name: "receivers" } }], routing: { warning: "chat" } },
            /receivers\[0\]\.secret\.key \(not set\)\n +must be: a key of a Secret/,
        ],
        [
            "a receiver of an unknown kind",
            { receivers: [{ ...chat, type: "pigeon" }], routing: { warning: "chat" } },
            /receivers\[0\]\.type = a text of \d+ characters?\n +must be: .*slack, pagerduty, email, webhook or telegram/,
        ],
        [
            "a mail server at a port that there is not",
            {
                receivers: RECEIVERS.map((receiver) =>
                    receiver.type === "email" ? { ...receiver, smarthost: "mail.example.com:99999" } : receiver,
                ),
                routing: ROUTING,
            },
            /smarthost = a text of \d+ characters?\n +must be: host:port, e\.g\..*a mail server/,
        ],
        [
            "a credential instead of its Secret",
            { receivers: [{ ...chat, apiUrl: "https://hooks.example/T0/B0/secret" }], routing: { warning: "chat" } },
            /apiUrl/,
        ],
        [
            "a route to a receiver that is not there",
            { receivers: [chat], routing: { warning: "chat", critical: "pgaer" } },
            /routing\.critical = "pgaer"\n +must be: the name of a receiver in monitoring\.alertmanager\.receivers \(chat\)/,
        ],
        [
            "a team's route to a receiver that is not there",
            { receivers: [chat], routing: { warning: "chat", teams: [{ team: "mesh", critical: "pager" }] } },
            /routing\.teams\[0\]\.critical = "pager"/,
        ],
        [
            "routes where there is no receiver",
            { routing: { warning: "chat" } },
            /routing\.warning = "chat"\n +must be: .*\(there is none\)/,
        ],
        [
            "a receiver that no route names",
            { receivers: [chat, RECEIVERS[1]], routing: { warning: "chat" } },
            /receivers\[1\]\.name = "pager"\n +must be: a receiver that a route .* names/,
        ],
        [
            "two receivers of one name",
            { receivers: [chat, chat], routing: { warning: "chat" } },
            /receivers\[1\]\.name = "chat"\n +must be: a name that no other receiver has/,
        ],
        [
            "a receiver with the name of nobody",
            { receivers: [{ ...chat, name: "null" }], routing: { warning: "null" } },
            /receivers\[0\]\.name = "null"\n +must be: a name that no other receiver has/,
        ],
        [
            "a team twice",
            { receivers: [chat], routing: { warning: "chat", teams: [{ team: "a" }, { team: "a" }] } },
            /routing\.teams\[1\]\.team = "a"/,
        ],
        [
            "a dead man's switch that is a chat",
            { receivers: [chat], routing: { deadMan: "chat" } },
            /routing\.deadMan = "chat"\n +must be: a receiver of type webhook/,
        ],
        [
            "repeats that Alertmanager forgets",
            { retention: "2h" },
            /routing\.repeatCritical = "4h"\n +must be: at most monitoring\.alertmanager\.retention \(2h\)/,
        ],
        [
            "a limit below the request",
            { resources: { requests: { memory: "256Mi" } } },
            /alertmanager\.resources\.limits\.memory = "128Mi"/,
        ],
    ];
    for (const [what, given, expected] of refused) {
        it(`refuse ${what}`, () => {
            assert.match(message(alertmanager(given)), expected);
        });
    }
});

describe("Grafana's password", () => {
    const config = { grafana: { password: { type: "config" } } };

    it("is generated by default", () => {
        assert.equal(parse({}).grafana.password.type, "generated");
    });

    it("may be any in staging, and is refused below 8 characters in prod, without being shown", () => {
        parse(config, { grafanaPassword: "staging" }, "staging");
        parse(config, { grafanaPassword: "8letters" });
        const refusal = message(config, { grafanaPassword: "7lettrs" });
        assert.match(refusal, /grafanaPassword = \[secret\]\n +must be: at least 8 characters in prod/);
        assert.match(refusal, /pulumi config set --stack prod --secret grafanaPassword/);
        assert.doesNotMatch(refusal, /7lettrs/);
    });

    it("is reported as missing where the settings say that it is configured", () => {
        assert.match(message(config), /grafanaPassword \(not set\)\n +must be: the password of Grafana's user admin/);
        assert.match(message(config, { grafanaPassword: "" }, "staging"), /grafanaPassword \(not set\)/);
    });

    it("is refused where it would be ignored", () => {
        const refusal = message({}, { grafanaPassword: "not to be shown" });
        assert.match(refusal, /must be: removed while monitoring\.grafana\.password\.type is generated/);
        assert.doesNotMatch(refusal, /not to be shown/);
    });

    it("matters only where Grafana is this stack's", () => {
        parse({ ...config, enabled: false });
        parse({ chart: { type: "existing" } }, { grafanaPassword: "staging" });
    });
});
