/** The page's icon: three rows of nodes, all in line. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#1f4e79"/>
<g fill="#fff"><rect x="7" y="7.5" width="18" height="4" rx="1.5"/>
<rect x="7" y="14" width="18" height="4" rx="1.5"/>
<rect x="7" y="20.5" width="18" height="4" rx="1.5"/></g></svg>
`;
