/** Version that the stand-in reports: that of the official plugin that the project pins. */
export const VERSION = "4.34.2";

/** Hint for what only the official plugin supports. */
export const OFFICIAL_HINT = `install the official plugin: pulumi plugin install resource kubernetes ${VERSION}`;
