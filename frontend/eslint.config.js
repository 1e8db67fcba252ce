import i18next from "eslint-plugin-i18next";
import importX from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// Who may import whom: app → pages → components/<area> → shared → ui, lib, api. Never upwards, and no area another.
const AREAS = ["database", "segmentation", "engagement", "loyalty", "feedback", "settings"];
const components = "./src/customers/components";
const zones = [
  { target: "./src/customers", from: "./src/app", message: "pages and below do not know the application around them" },
  { target: [components, "./src/customers/shared"], from: "./src/customers/pages", message: "a component does not know its page" },
  { target: "./src/customers/shared", from: components, message: "shared pieces do not know who uses them" },
  { target: ["./src/ui", "./src/lib", "./src/api"], from: ["./src/app", "./src/customers"], message: "ui, lib and api are for everybody, and know nobody" },
  { target: ["./src/lib", "./src/api"], from: "./src/ui", message: "lib and api draw nothing" },
  { target: "./src/api", from: "./src/lib", message: "api is generated and stands alone" },
  ...AREAS.map((area) => ({
    target: `${components}/${area}`,
    from: components,
    except: [`./${area}`],
    message: "areas never import one another: a page composes them",
  })),
];

export default tseslint.config(
  { ignores: ["dist", "node_modules", "test-results", "src/api/*.gen.ts", "public"] },
  ...tseslint.configs.strict,
  {
    plugins: { "import-x": importX, "react-hooks": reactHooks },
    settings: { "import-x/resolver-next": [importX.createNodeResolver({ tsconfig: { configFile: "./tsconfig.json", references: "auto" }, extensions: [".ts", ".tsx", ".js", ".css", ".json"] })] },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-cycle": "error",
      "import-x/no-self-import": "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", { max: 80, skipComments: true }],
      "no-console": "error",
      "no-restricted-syntax": ["error", { selector: "ExportAllDeclaration", message: "no barrels: import from the file that defines it" }],
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
  {
    files: ["src/**/*.tsx"],
    ignores: ["src/**/*.test.tsx", "src/testing/**"],
    plugins: { i18next },
    rules: { "i18next/no-literal-string": ["error", { mode: "jsx-text-only", "should-validate-template": true }] },
  },
  { files: ["**/*.test.{ts,tsx}", "tests/**", "src/testing/**"], rules: { "max-lines-per-function": "off", "@typescript-eslint/no-non-null-assertion": "off" } },
);
