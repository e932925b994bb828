-- grain: one document
-- reads: documents
-- Nothing here is an order; orders repeat what is needed of their customer and products.
select document_no, 'ignored' as outcome, 'not an order or a checkout' as reason
from documents
