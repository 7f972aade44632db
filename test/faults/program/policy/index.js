"use strict";

const { PolicyPack } = require("@pulumi/policy");

new PolicyPack("faults", {
    policies: [
        {
            name: "has-environment",
            description: "Every object names its environment.",
            enforcementLevel: "mandatory",
            validateResource: ({ type, props }, report) => {
                if (type.startsWith("kubernetes:") && !type.includes("Release") && props.metadata !== undefined) {
                    if (props.metadata.labels?.environment === undefined) {
                        report("The label environment is missing.");
                    }
                }
            },
        },
    ],
});
