const rows = ['60%', '45%', '70%', '50%', '65%', '40%']

/** Takes the place of rows, as high as they are, so that nothing jumps. */
export function SkeletonRows() {
  return rows.map((width) => (
    <tr key={width}>
      <th scope="row">
        <span className="skeleton" style={{ width }} />
        <span className="below">
          <span className="skeleton" style={{ width: '25%' }} />
        </span>
      </th>
      <td>
        <span className="skeleton" style={{ width: '5rem' }} />
      </td>
      <td>
        <span className="skeleton" style={{ width: '3rem' }} />
      </td>
      <td>
        <span className="skeleton" style={{ width: '8rem' }} />
      </td>
      <td>
        <span className="skeleton" style={{ width: '2rem' }} />
      </td>
    </tr>
  ))
}
