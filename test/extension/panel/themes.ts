/**
 * Values of the theme variables that the panel reads, as VS Code sets them on a webview's root element in its default themes.
 * A variable that VS Code leaves unset in a theme is not listed.
 */
export type Theme = {
  /** The class that VS Code gives the body. */
  readonly bodyClass: string
  readonly variables: Readonly<Record<string, string>>
}

export const darkModern: Theme = {
  bodyClass: 'vscode-dark',
  variables: {
    '--vscode-button-border': '#FFFFFF1A',
    '--vscode-button-secondaryBackground': '#00000000',
    '--vscode-button-secondaryForeground': '#CCCCCC',
    '--vscode-button-secondaryHoverBackground': '#2B2B2B',
    '--vscode-charts-green': '#89D185',
    '--vscode-charts-lines': '#CCCCCC80',
    '--vscode-charts-red': '#F14C4C',
    '--vscode-descriptionForeground': '#9D9D9D',
    '--vscode-dropdown-background': '#313131',
    '--vscode-dropdown-border': '#3C3C3C',
    '--vscode-dropdown-foreground': '#CCCCCC',
    '--vscode-editor-background': '#1F1F1F',
    '--vscode-focusBorder': '#0078D4',
    '--vscode-font-family':
      '"Segoe WPC", "Segoe UI", -apple-system, BlinkMacSystemFont, "Open Sans", system-ui, "Ubuntu", "Droid Sans", sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-font-weight': 'normal',
    '--vscode-foreground': '#CCCCCC',
    '--vscode-icon-foreground': '#CCCCCC',
    '--vscode-input-border': '#3C3C3C',
    '--vscode-inputOption-activeBackground': '#2489DB82',
    '--vscode-inputOption-activeBorder': '#2488DB',
    '--vscode-inputOption-activeForeground': '#FFFFFF',
    '--vscode-inputValidation-infoBackground': '#063B49',
    '--vscode-inputValidation-infoBorder': '#007ACC',
    '--vscode-list-hoverBackground': '#2A2D2E',
    '--vscode-panel-border': '#2B2B2B',
    '--vscode-sideBar-background': '#181818',
    '--vscode-toolbar-hoverBackground': '#5A5D5E50',
    '--vscode-widget-border': '#313131',
  },
}

export const lightModern: Theme = {
  bodyClass: 'vscode-light',
  variables: {
    '--vscode-button-border': '#0000001A',
    '--vscode-button-secondaryBackground': '#E5E5E5',
    '--vscode-button-secondaryForeground': '#3B3B3B',
    '--vscode-button-secondaryHoverBackground': '#CCCCCC',
    '--vscode-charts-green': '#388A34',
    '--vscode-charts-lines': '#3B3B3B80',
    '--vscode-charts-red': '#E51400',
    '--vscode-descriptionForeground': '#3B3B3B',
    '--vscode-dropdown-background': '#FFFFFF',
    '--vscode-dropdown-border': '#CECECE',
    '--vscode-dropdown-foreground': '#3B3B3B',
    '--vscode-editor-background': '#FFFFFF',
    '--vscode-focusBorder': '#005FB8',
    '--vscode-font-family':
      '"Segoe WPC", "Segoe UI", -apple-system, BlinkMacSystemFont, "Open Sans", system-ui, "Ubuntu", "Droid Sans", sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-font-weight': 'normal',
    '--vscode-foreground': '#3B3B3B',
    '--vscode-icon-foreground': '#3B3B3B',
    '--vscode-input-border': '#CECECE',
    '--vscode-inputOption-activeBackground': '#BED6ED',
    '--vscode-inputOption-activeBorder': '#005FB8',
    '--vscode-inputOption-activeForeground': '#000000',
    '--vscode-inputValidation-infoBackground': '#D6ECF2',
    '--vscode-inputValidation-infoBorder': '#007ACC',
    '--vscode-list-hoverBackground': '#F2F2F2',
    '--vscode-panel-border': '#E5E5E5',
    '--vscode-sideBar-background': '#F8F8F8',
    '--vscode-toolbar-hoverBackground': '#B8B8B850',
    '--vscode-widget-border': '#E5E5E5',
  },
}

export const highContrast: Theme = {
  bodyClass: 'vscode-high-contrast',
  variables: {
    '--vscode-button-border': '#6FC3DF',
    '--vscode-button-secondaryForeground': '#FFFFFF',
    '--vscode-charts-green': '#89D185',
    '--vscode-charts-lines': '#FFFFFF80',
    '--vscode-charts-red': '#F48771',
    '--vscode-contrastActiveBorder': '#F38518',
    '--vscode-contrastBorder': '#6FC3DF',
    '--vscode-descriptionForeground': '#FFFFFFB3',
    '--vscode-dropdown-background': '#000000',
    '--vscode-dropdown-border': '#6FC3DF',
    '--vscode-dropdown-foreground': '#FFFFFF',
    '--vscode-editor-background': '#000000',
    '--vscode-focusBorder': '#F38518',
    '--vscode-font-family':
      '"Segoe WPC", "Segoe UI", -apple-system, BlinkMacSystemFont, "Open Sans", system-ui, "Ubuntu", "Droid Sans", sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-font-weight': 'normal',
    '--vscode-foreground': '#FFFFFF',
    '--vscode-icon-foreground': '#FFFFFF',
    '--vscode-input-border': '#6FC3DF',
    '--vscode-inputOption-activeBackground': '#00000000',
    '--vscode-inputOption-activeBorder': '#6FC3DF',
    '--vscode-inputOption-activeForeground': '#FFFFFF',
    '--vscode-inputValidation-infoBackground': '#000000',
    '--vscode-inputValidation-infoBorder': '#6FC3DF',
    '--vscode-list-hoverBackground': '#FFFFFF1A',
    '--vscode-panel-border': '#6FC3DF',
    '--vscode-sideBar-background': '#000000',
    '--vscode-widget-border': '#6FC3DF',
  },
}
