/** Search attributes our workflows set; the server must know them before the first start (`scripts/lib/hub.mjs` registers them). */
export const searchAttributeTypes = { HubCampaign: 'Keyword', HubSchool: 'Keyword' } as const;
