import eslint from "@eslint/js";
import checkFile from "eslint-plugin-check-file";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["node_modules", "policy/bin", "cli/bin", ".local"] },
    eslint.configs.recommended,
    {
        files: ["**/*.ts"],
        extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        plugins: { "@pulumi": pulumi, "check-file": checkFile },
        rules: {
            // An Output in a template literal prints "Calling [toString] on an [Output<T>]" into the cluster.
            "@pulumi/no-output-in-template-literal": "error",
            // Numbers are safe in template literals; the rule's default forbids them.
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
            "@typescript-eslint/consistent-type-imports": "error",
            "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
            eqeqeq: "error",
            curly: "error",
            "@typescript-eslint/naming-convention": [
                "error",
                {
                    selector: "variable",
                    modifiers: ["const", "global"],
                    types: ["boolean", "string", "number", "array"],
                    format: ["UPPER_CASE"],
                },
            ],
            "check-file/filename-naming-convention": [
                "error",
                { "**/*.ts": "CAMEL_CASE" },
                { ignoreMiddleExtensions: true },
            ],
        },
    },
    {
        files: ["components/**/*.ts", "provider.ts"],
        rules: {
            // These indexes load a hundred modules in every run of the program.
            "@typescript-eslint/no-restricted-imports": [
                "error",
                {
                    paths: [
                        {
                            name: "@pulumi/kubernetes",
                            allowTypeImports: true,
                            message: "Import the kind's own module.",
                        },
                        { name: "@pulumi/kubernetes/apiextensions", message: "Import apiextensions/customResource." },
                        { name: "@pulumi/kubernetes/helm/v3", message: "Import helm/v3/release." },
                    ],
                },
            ],
        },
    },
    {
        files: ["test/**/*.ts"],
        rules: {
            // The Kubernetes client's types are classes, which everybody writes as plain objects.
            "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
        },
    },
    {
        files: ["**/*.test.ts"],
        rules: {
            // mocha's describe/it return promises and suites that nobody awaits.
            "@typescript-eslint/no-floating-promises": "off",
            "@typescript-eslint/no-non-null-assertion": "off",
        },
    },
    {
        files: ["**/*.{js,cjs,mjs}"],
        languageOptions: {
            globals: {
                process: "readonly",
                console: "readonly",
                require: "readonly",
                module: "readonly",
                __dirname: "readonly",
            },
        },
    },
);
