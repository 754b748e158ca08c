import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["assembly/", "dist/", "node_modules/", "docs/", "**/*.d.ts"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ["**/*.ts", "**/*.tsx"],
    languageOptions: { parserOptions: { project: ["./test/tsconfig.json", "./web/tsconfig.json"], tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-fallthrough": "error",
      "no-implicit-coercion": "error",
      "no-param-reassign": "error",
      "no-self-compare": "error",
      "no-throw-literal": "off",
      "no-var": "error",
      "prefer-const": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-shadow": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/no-unnecessary-condition": "error",
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/return-await": "error",
      "@typescript-eslint/strict-boolean-expressions": ["error", { allowNullableString: true, allowNullableBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // An index into a typed array is known to be in range by the loop around it; `!` says so where no check is wanted.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Exact amounts are printed everywhere: a number or a bigint in a template is meant.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    // The command line's parser hands over options as `any`: here they get their types.
    files: ["src/cli/program.ts"],
    rules: { "@typescript-eslint/no-unsafe-argument": "off" },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    ...tseslint.configs.disableTypeChecked,
  },
);
