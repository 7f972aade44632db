import assert from "node:assert/strict";
import { RULES } from "../../policy/rules";
import { evaluate, violations, type Json } from "./fixtures";

const rule = RULES.find(({ id }) => id === "plaintext-secret")!;

const inContainer = (container: Json): number =>
    violations(
        evaluate(rule, {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { namespace: "shop", name: "web" },
            spec: { containers: [{ name: "app", image: "app:1.0.0", ...container }] },
        }),
    ).length;

const inFile = (name: string, text: string): number =>
    violations(
        evaluate(rule, {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { namespace: "shop", name: "web" },
            data: { [name]: text },
        }),
    ).length;

const variable = (name: string, value: string): number => inContainer({ env: [{ name, value }] });

/** Containers with a secret in plain text. */
const CONTAINERS: readonly Json[] = [
    { args: ["--password=hunter2x"] },
    { args: ["--db-password", "hunter2x"] },
    { command: ["mysql", "-phunter2x"] },
    { command: ["sh", "-c", "curl -u admin:hunter2x https://h"] },
    { command: ["curl", "--user", "admin:hunter2x", "https://h"] },
    { command: ["sh", "-c", "curl -H 'Authorization: Bearer abcdefghijklmnop' https://h"] },
    { command: ["curl", "-H", "Authorization: Bearer abcdefghijklmnop", "https://h"] },
    { command: ["curl", "-H", "X-Api-Key: abcdefghijklmnop", "https://h"] },
    { args: ["--dsn=mysql://root:hunter2x@db/x"] },
    { args: ["https://h/x?api_key=abcdefghijkl"] },
    { command: ["sh", "-c", "PGPASSWORD=hunter2x psql -h db"] },
    { command: ["sh", "-c", "export API_TOKEN=abcdefghijkl; run"] },
    { args: ["redis-server", "--requirepass", "hunter2x"] },
    { args: ["-Dspring.datasource.password=hunter2x"] },
    { args: ["--set", "auth.password=hunter2x"] },
    { command: ["sh", "-c", "docker login -u me -p hunter2x reg"] },
    { command: ["sh", "-c", "sshpass -p hunter2x ssh x"] },
    { args: ["root:hunter2x@tcp(db:3306)/x"] },
    { lifecycle: { postStart: { exec: { command: ["sh", "-c", "mysql --password=hunter2x"] } } } },
    { livenessProbe: { exec: { command: ["redis-cli", "-a", "hunter2x", "ping"] } } },
    { livenessProbe: { exec: { command: ["mysqladmin", "--password=hunter2x", "ping"] } } },
    { env: [{ name: "JAVA_OPTS", value: "-Djavax.net.ssl.keyStorePassword=hunter2x" }] },
    { env: [{ name: "CONFIG", value: "host=db user=u password=hunter2x" }] },
    { env: [{ name: "CONFIG", value: '{"db":{"password":"hunter2x"}}' }] },
];

/** Containers that only refer to one. */
const HARMLESS_CONTAINERS: readonly Json[] = [
    { args: ["--password-file=/run/p"] },
    { args: ["--password=$(DB_PASSWORD)"] },
    { args: ["--password", "${DB_PASSWORD}"] },
    { command: ["sh", "-c", 'mysql --password="$MYSQL_ROOT_PASSWORD"'] },
    { command: ["sh", "-c", 'export T=$(cat /run/t); curl -H "Authorization: Bearer $T" x'] },
    { command: ["sh", "-c", "TOKEN=$(cat /var/run/secrets/token); x"] },
    { args: ["--secret-name", "web"] },
    { args: ["--token-ttl=1h"] },
    { args: ["--tls-secret=web-tls"] },
    { args: ["--token", "--foo"] },
    { args: ["--default-ssl-certificate=ns/web", "--tls-secret", "ns/web"] },
    { args: ["--service-account-key-file=/x"] },
    { args: ["--enable-bootstrap-token-auth=true"] },
    { command: ["sh", "-c", "PASSWORD=`cat /run/p` x"] },
    { command: ["sh", "-c", "curl -u $USER:$PASS https://h"] },
    { command: ["sh", "-c", "mkdir -p /data/x"] },
];

/** Files with a secret in plain text, by name. */
const FILES: readonly (readonly [string, string])[] = [
    ["app.properties", "db.user=x\nspring.datasource.password=hunter2x\n"],
    ["app.properties", "spring.datasource.password = hunter2x\n"],
    ["app.properties", "a: b\r\ndb.password: hunter2x\r\n"],
    [".env", "A=1\nexport DB_PASSWORD='hunter2x'\n"],
    [".netrc", "machine h login u password hunter2x\n"],
    [".netrc", "machine h\n  login u\n  password hunter2x\n"],
    [".pgpass", "db:5432:x:u:hunter2x\n"],
    ["my.cnf", "[client]\nuser=root\npassword=hunter2x\n"],
    [".dockerconfigjson", '{"auths":{"r":{"auth":"dTpwYXNzd29yZA=="}}}'],
    ["config.json", '{"auths":{"r":{"username":"u","password":"hunter2x"}}}'],
    ["htpasswd", "u:$apr1$abc$defghijklmnop/\n"],
    ["tls.key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"],
    ["id", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3\n"],
    ["id", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nb3\n"],
    ["id", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nb3\n"],
    ["c.yaml", "db:\n  user: u\n  password: hunter2x\n"],
    ["c.yaml", "users:\n- name: u\n  token: abcdefghijkl\n"],
    ["kubeconfig", "apiVersion: v1\nkind: Config\nusers:\n- name: u\n  user:\n    client-key-data: LS0tLS1CRUdJTg==\n"],
    ["c.toml", '[db]\npassword = "hunter2x"\n'],
    ["c.xml", "<c><password>hunter2x</password></c>"],
    ["c.xml", '<Context><Resource username="u" password="hunter2x" url="jdbc:x"/></Context>'],
    [
        "credentials",
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    ],
    ["c", "jdbc:postgresql://db/x?user=u&password=hunter2x"],
    ["redis.conf", "port 6379\nrequirepass hunter2x\n"],
    [".npmrc", "//registry.example/:_authToken=npm_abcdefghijklmnopqrstuvwxyz0123456789\n"],
    [".git-credentials", "https://u:hunter2x@github.com\n"],
    ["c.ini", 'secret_key = "abcdefghijkl"\n'],
    ["i.sql", "CREATE USER u WITH PASSWORD 'hunter2x';\n"],
    ["i.sql", "CREATE USER 'u'@'%' IDENTIFIED BY 'hunter2x';\n"],
    ["n.conf", 'proxy_set_header Authorization "Basic dTpwYXNzd29yZA==";\n'],
    ["a.yml", "smtp_auth_password: hunter2x\n"],
    ["p.yml", "basic_auth:\n  username: u\n  password: hunter2x\n"],
    ["c.json", '{"clientSecret":"abcdefghijkl","x":1}'],
    ["c.js", "module.exports = { apiKey: 'abcdefghijkl' }\n"],
    ["s.py", "SECRET_KEY = 'abcdefghijkl'\n"],
    ["c.php", "define('DB_PASSWORD', 'hunter2x');\n"],
];

/** Files that only refer to one, or speak of it. */
const HARMLESS_FILES: readonly (readonly [string, string])[] = [
    ["c.yaml", 'password: ${DB_PASSWORD}\ntoken: <token>\nsecret: ""\n'],
    ["c.yaml", "password_file: /run/p\nbearer_token_file: /x\n"],
    ["c.yaml", "secretName: web-tls\nimagePullSecrets:\n- name: regcred\n"],
    ["c.yaml", "valueFrom:\n  secretKeyRef:\n    name: db\n    key: password\n"],
    ["c.properties", "# password=hunter2x\n; password=x\n"],
    ["ca.crt", "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n"],
    ["k.pub", "-----BEGIN PUBLIC KEY-----\nMIIE\n"],
    ["g.ini", "password = $__env{GF_PASSWORD}\nsecret = $__file{/x}\n"],
    [
        "README.md",
        "The password is stored in a Secret. Set token: see docs.\nTo reset your password: open the page and click.\n",
    ],
    ["s.sh", 'PASSWORD=$(cat /run/p)\nTOKEN="$1"\nif [ -z "$PASSWORD" ]; then echo \'password: missing\'; fi\n'],
    ["c.yaml", "clientSecret: $oidc.clientSecret\n"],
    ["c.yml", "password: <%= ENV['DB_PASSWORD'] %>\n"],
    ["a.yml", "password: ${DB_PASSWORD:}\n"],
    ["s.py", "password = os.environ['DB_PASSWORD']\ntoken = get_token()\n"],
    ["c.cfg", "password = %(DB_PASSWORD)s\n"],
    ["t.tmpl", "password: {{ .Data.password }}\n"],
    ["r.yaml", "resources: [secrets]\nverbs: [get]\nsecret: true\n"],
    ["s.json", '{"password":{"type":"string"},"token":{"description":"a token"}}'],
];

describe("plaintext-secret", () => {
    for (const container of CONTAINERS) {
        it(`finds the secret in ${JSON.stringify(container)}`, () => {
            assert.equal(inContainer(container), 1);
        });
    }

    for (const container of HARMLESS_CONTAINERS) {
        it(`finds none in ${JSON.stringify(container)}`, () => {
            assert.equal(inContainer(container), 0);
        });
    }

    for (const [name, text] of FILES) {
        it(`finds the secret in ${name}: ${JSON.stringify(text.slice(0, 60))}`, () => {
            assert.equal(inFile(name, text), 1);
        });
    }

    for (const [name, text] of HARMLESS_FILES) {
        it(`finds none in ${name}: ${JSON.stringify(text.slice(0, 60))}`, () => {
            assert.equal(inFile(name, text), 0);
        });
    }

    for (const name of [
        "DB_PW",
        "pw",
        "PASSWORD1",
        "PASSWORD_2",
        "MASTER_PASSWORD_OLD",
        "DB_PASSWORD_PROD",
        "apiKey2",
    ]) {
        it(`takes ${name} for the name of a secret`, () => {
            assert.equal(variable(name, "abcdefgh12"), 1);
        });
    }

    for (const name of ["PASSWORD_POLICY", "TOKEN_AUDIENCE", "BYPASS", "SORT_KEY", "PASSWORD_ENCODER", "TOKENIZER"]) {
        it(`does not take ${name} for the name of a secret`, () => {
            assert.equal(variable(name, "abcdefgh12"), 0);
        });
    }

    it("looks through large hostile commands and files without end", () => {
        for (const part of [
            "curl -u ",
            "a=",
            "'a',",
            "--a ",
            "Authorization: ",
            "password ",
            "docker login ",
            "a:1:",
        ]) {
            inFile("file", part.repeat(1_000_000 / part.length));
            inContainer({ args: [part.repeat(200_000 / part.length)] });
        }
    }).timeout(30_000);
});
