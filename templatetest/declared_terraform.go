package templatetest

// terraformTable reads an aws_dynamodb_table.
func (r *reader) terraformTable(from *Resource) declared {
	body := from.body
	d := declared{pos: from.Pos, key: r.terraformKey(body, "the table")}
	blocks, ok := r.items(body, "attribute", "the table")
	d.attributesUnread = !ok
	for _, b := range blocks {
		name, ok1 := r.text(b, "name", "attribute", true)
		typ, ok2 := r.text(b, "type", "attribute "+name, true)
		if d.attributes = append(d.attributes, attribute{b.pos, name, typ}); !ok1 || !ok2 {
			d.attributesUnread = true
		}
	}
	r.terraformIndexes(&d, body, false)
	r.terraformIndexes(&d, body, true)
	d.expiry = r.terraformExpiry(body)
	return d
}

func (r *reader) terraformIndexes(d *declared, body Node, local bool) {
	typ := "global_secondary_index"
	if local {
		typ = "local_secondary_index"
	}
	blocks, ok := r.items(body, typ, "the table")
	if !ok {
		d.indexesUnread = true
	}
	for _, b := range blocks {
		name, ok := r.text(b, "name", typ, true)
		if !ok {
			d.indexesUnread = true
			continue
		}
		x := index{pos: b.pos, name: name, local: local}
		if x.key = r.terraformKey(b, "index "+name); local {
			x.key.parts = append(partitionOf(d.key), x.key.parts...) // it has the table's
			x.key.unread = x.key.unread || d.key.unread
		}
		x.projection = r.projection(b, "projection_type", "non_key_attributes", "index "+name)
		d.indexes = append(d.indexes, x)
	}
}

func partitionOf(k key) []keyPart {
	var parts []keyPart
	for _, p := range k.parts {
		if p.role == partition {
			parts = append(parts, p)
		}
	}
	return parts
}

// terraformKey reads hash_key and range_key, or the key_schema blocks that version 6 of the provider has for indexes.
func (r *reader) terraformKey(n Node, what string) key {
	k := key{pos: n.pos}
	for _, a := range []struct{ name, role string }{{"hash_key", partition}, {"range_key", sort}} {
		if found, there := r.optional(n, a.name, what); there {
			text, ok := r.text(n, a.name, what, true)
			if a.role == partition {
				k.pos = found.pos
			}
			k.unread = k.unread || !ok
			k.parts = append(k.parts, keyPart{text, a.role})
		}
	}
	return r.keySchema(k, n, "key_schema", "attribute_name", "key_type", what)
}

func (r *reader) terraformExpiry(body Node) expiry {
	blocks, ok := r.items(body, "ttl", "the table")
	if len(blocks) == 0 {
		return expiry{unread: !ok}
	}
	if len(blocks) > 1 {
		r.report(blocks[1].pos, "ttl: there are several blocks")
	}
	return r.expiry(blocks[0], "attribute_name", "enabled", "ttl")
}
