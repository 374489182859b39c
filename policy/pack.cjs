// Pulumi's analyzer host hands TypeScript to ts-node, which checks the types of every SDK at each start; tsx strips
// them, and npm run check checks them.
require("tsx/cjs");
require("./index.ts");
