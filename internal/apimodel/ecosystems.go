package apimodel

// ecosystems lists the tables, one file each.
var ecosystems = []Ecosystem{
	std,
	xsync,
}
